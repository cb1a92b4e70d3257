package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.RingSpec;
import io.slackwater.e2e.stage.Alone;
import io.slackwater.e2e.stage.Log;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Rig;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Temporary;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import io.slackwater.e2e.traffic.TrafficReport;
import io.slackwater.ring.Slots;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node goes: asked to, or without a word. The bounds are those of docs/e2e.md. */
@OnStage
class NodeFailureE2E {
    /** From the end of a server process to the last message lost by it. */
    private static final Duration PROCESS_ENDED = Duration.ofSeconds(10);

    /** The same for a machine, after Kubernetes has called it not ready. */
    private static final Duration MACHINE_LOST = Duration.ofSeconds(10);

    /**
     * {@code kubectl delete pod}, as a drain or an eviction would. A replacement is added, the pod is emptied while its preStop hook waits,
     * and then it goes. Nothing is lost.
     */
    @Test
    void node_pod_deleted(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        Pod victim = tier.pods().getFirst();

        try (Temporary death = stage.operator().mayDieWhen("it is being emptied", tier::migrating)) {
            stage.client().resource(victim).delete();
            tier.awaitSettledWithout(victim, 3);
        }

        traffic.stopAndExpectNothingLost();
    }

    /**
     * {@code kubectl drain} of the machine that has neither gateways nor users, then of each other one as far as it has nodes of the cluster. Evictions
     * come one by one, each pod is emptied before it goes, and others take their place. Nothing is lost.
     */
    @Test
    @Alone
    void kubectl_drain(Stage stage) {
        Tier tier = stage.tier(3);
        String machine = stage.machines().spare();
        try (Temporary elsewhereNot = stage.machines().onlyOn(machine)) {
            tier.scale(4);
            tier.awaitSettled(4);
        }
        assertThat(tier.podsOn(machine)).as("nodes on %s", machine).isNotEmpty();
        Traffic traffic = stage.traffic(tier);
        try (Temporary death = stage.operator().mayDieWhen("a node of the machine is being emptied", tier::migrating)) {
            stage.machines().drain(machine);
            assertThat(tier.podsOn(machine))
                    .as("nodes on %s once it is drained", machine)
                    .isEmpty();
            tier.awaitSettled(4);
        } finally {
            stage.machines().uncordon(machine);
        }
        for (String other : stage.machines().names()) {
            if (other.equals(machine)) {
                continue;
            }
            try {
                stage.machines().drain(other, "slackwater.io/role=node");
                assertThat(tier.podsOn(other))
                        .as("nodes on %s once it is drained", other)
                        .isEmpty();
                tier.awaitSettled(4);
            } finally {
                stage.machines().uncordon(other);
            }
        }

        traffic.stopAndExpectNothingLost();
    }

    /**
     * Two nodes are asked to go at the same moment, by evictions as two drains would. The budget lets them go one after the other, each is emptied
     * before it goes, and others take their place. Nothing is lost.
     */
    @Test
    void two_nodes_evicted_at_once(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        List<Pod> victims = tier.pods().subList(0, 2);

        try (Temporary death = stage.operator().mayDieWhen("the first one is being emptied", tier::migrating)) {
            stage.evict(victims);
        }
        victims.forEach(victim -> tier.awaitSettledWithout(victim, 3));

        traffic.stopAndExpectNothingLost();
    }

    /**
     * No operator runs, and a node's pod is deleted: nobody can empty it, so after its grace period it ends with all it owns. That is a crash,
     * and is reported as one when an operator is there again; nothing is lost after that.
     */
    @Test
    @Alone
    void pod_deleted_with_operator_down(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.backEndTraffic(tier);
        Pod victim = tier.pods().getFirst();

        long begun = System.nanoTime();
        try (Temporary down = stage.operator().down()) {
            stage.client().resource(victim).delete();
            tier.awaitEnded(victim);
        }
        tier.awaitSettledWithout(victim, 3);

        Duration down = Duration.ofNanos(System.nanoTime() - begun);
        traffic.stopAndExpectWindow(down.plus(PROCESS_ENDED));
        assertThat(tier.events())
                .as("what was told of it")
                .anyMatch(event -> event.startsWith("NodeDead: ")
                        && event.contains(victim.getMetadata().getName()));
    }

    /**
     * Every node is killed once, one after the other when the tier is whole again. Each time its slots go to the survivors at once, and what
     * was in flight is lost for no longer than the bound.
     */
    @Test
    void every_node_killed_once(Stage stage) {
        Tier tier = stage.tier(3);
        List<Pod> victims = tier.pods();
        for (Pod victim : victims) {
            Traffic traffic = stage.backEndTraffic(tier);
            stage.client().resource(victim).withGracePeriod(0).delete();
            stage.operator().mayDie("at the same moment");
            tier.awaitSettledWithout(victim, 3);
            traffic.stopAndExpectWindow(PROCESS_ENDED.plus(stage.operator().absence()));
            stage.operator().awaitReady();
        }
    }

    /**
     * {@code kubectl delete pod --grace-period=0 --force}: the process is killed and there is no time for a handover. Its slots go to the
     * survivors at once and a new pod takes its place. What was in flight is lost, for no longer than the bound.
     */
    @Test
    void node_pod_deleted_by_force(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.backEndTraffic(tier);
        Pod victim = tier.pods().getFirst();

        stage.client().resource(victim).withGracePeriod(0).delete();
        tier.awaitSettledWithout(victim, 3);

        traffic.stopAndExpectWindow(PROCESS_ENDED);
    }

    /**
     * The server of a node takes more memory than its limit allows, and the kernel ends it. Kubernetes starts it again in its pod, where it
     * is a new node that owns nothing; its slots have gone to the survivors at once, and some come back in a planned move.
     */
    @Test
    void node_container_oom_killed(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.backEndTraffic(tier);
        Pod victim = tier.pods().getFirst();

        tier.takeTooMuchMemory(victim);
        tier.awaitRestarted(victim, "OOMKilled");
        tier.awaitSettled(3);

        TrafficReport report = traffic.stopAndExpectWindow(PROCESS_ENDED);
        assertThat(report.lost() + report.unsure() + report.unsent() + report.confirmed())
                .isPositive();
    }

    /**
     * A machine with nodes on it loses its power. Kubernetes takes its time to notice; then the slots go to the survivors and pods on other
     * machines take their place, without anybody deleting the ones that hang in Terminating. Then the machine comes back.
     */
    @Test
    @Alone
    void kubernetes_node_power_cut(Stage stage) {
        Rig rig = Rig.required("a machine has to lose its power");
        String machine = stage.machines().spare();
        stage.emptyOfOperators(machine);
        Tier tier = stage.tier(2);
        try (Temporary thereNot = stage.machines().notOn(machine)) { // somebody has to survive
            tier.scale(3);
            tier.awaitSettled(3);
        }
        try (Temporary elsewhereNot = stage.machines().onlyOn(machine)) {
            tier.scale(4);
            tier.awaitSettled(4);
        }
        List<Pod> lost = tier.podsOn(machine);
        assertThat(lost).as("nodes on %s", machine).isNotEmpty();
        Traffic traffic = stage.backEndTraffic(tier);

        rig.run("node", "kill", Rig.number(machine));
        long begun = System.nanoTime();
        try {
            stage.machines().awaitReady(machine, false);
            Duration noticed = Duration.ofNanos(System.nanoTime() - begun);
            tier.awaitServing(4, lost);

            traffic.stopAndExpectWindow(noticed.plus(MACHINE_LOST));
        } finally {
            rig.run("node", "add", Rig.number(machine));
            stage.machines().awaitReady(machine, true);
        }
        tier.awaitSettled(4);
    }

    /**
     * Six nodes on three machines, two of them on one that has nothing else on it, and all of that loses its power at once, as a zone does. All slots go
     * to the four survivors, each stays under its bound, and none of them is taken down by what it has to carry now. What is lost meanwhile is
     * lost for no longer than when one node goes. Then two others take the place of the lost ones, in a planned move that loses nothing, and the
     * machine comes back.
     */
    @Test
    @Alone
    @Timeout(600)
    void zone_lost(Stage stage) {
        Rig rig = Rig.required("a zone has to lose its power");
        String zone = stage.machines().spare();
        Tier tier = withTwoOfSixIn(zone, stage);
        List<Pod> lost = tier.podsOn(zone);
        assertThat(lost).as("nodes in %s", zone).hasSize(2);
        Map<String, Integer> survivors = tier.lives();
        survivors
                .keySet()
                .removeIf(life -> lost.stream()
                        .anyMatch(pod -> life.endsWith(pod.getMetadata().getUid())));
        Traffic traffic = stage.backEndTraffic(tier);

        rig.run("node", "kill", Rig.number(zone));
        Instant begun = Instant.now();
        stage.operator().mayDie("when the zone is lost");
        try {
            Map<String, Integer> owned = tier.awaitFailover(lost);
            Log.line("slots right after the failover: " + owned);
            assertThat(owned).as("who owns slots").hasSize(survivors.size());
            assertThat(owned.values()).as("slots of each: %s", owned).allMatch(slots -> slots <= boundOf(4));
            TrafficReport crash = traffic.stop();

            Traffic after = stage.traffic(tier);
            Instant flows = Instant.now();
            Duration noticed = Duration.between(begun, stage.machines().awaitLost(zone));
            Traffic.expectWindow(
                    crash, noticed.plus(MACHINE_LOST).plus(stage.operator().absence()));
            tier.await(
                    "six serve again",
                    status -> status.replicas() == 6 && Tier.is(status, "Balanced") && !Tier.is(status, "Migrating"));
            after.stopAndExpectNothingLost();
            ChannelMigration move = tier.awaitMigration("Completed");
            assertThat(move.getSpec().reason()).isEqualTo("NodeReplacement");
            assertThat(Instant.parse(Objects.requireNonNull(move.getStatus().endedAt())))
                    .as("the end of the move, with traffic since %s", flows)
                    .isAfter(flows);
        } finally {
            rig.run("node", "add", Rig.number(zone));
            stage.machines().awaitReady(zone, true);
        }
        tier.awaitSettled(6);
        assertThat(tier.lives()).as("survivors").containsAllEntriesOf(survivors);
        assertThat(tier.events().stream().filter(event -> event.startsWith("NodeDead: ")))
                .as("nodes that were called dead")
                .isNotEmpty()
                .allMatch(event -> lost.stream()
                        .anyMatch(pod -> event.contains(pod.getMetadata().getName())));
        stage.dismantle(tier);
    }

    /** A cluster of its own: four nodes elsewhere, two on this machine, and nothing besides on it that another scenario needs. */
    private static Tier withTwoOfSixIn(String zone, Stage stage) {
        Tier tier;
        try {
            stage.machines().drain(zone);
            stage.operator().awaitReady();
            tier = stage.fresh("zonal", 4);
        } finally {
            stage.machines().uncordon(zone);
        }
        try (Temporary elsewhereNot = stage.machines().onlyOn(zone)) {
            tier.scale(6);
            tier.awaitSettled(6);
        }
        return tier;
    }

    /** How many slots each of so many nodes may own when all slots are alike. */
    private static int boundOf(int nodes) {
        return Slots.COUNT / nodes * RingSpec.DEFAULT.maxLoadPercent() / 100;
    }
}
