package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Rig;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Temporary;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import io.slackwater.e2e.traffic.TrafficReport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

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

        stage.client().resource(victim).delete();
        tier.awaitSettledWithout(victim, 3);

        traffic.stopAndExpectNothingLost();
    }

    /**
     * {@code kubectl drain} of the machine that has neither gateways nor users. Evictions come one by one, each pod is emptied before it goes, and
     * others take their place. Nothing is lost.
     */
    @Test
    void kubectl_drain(Stage stage) {
        Tier tier = stage.tier(3);
        String machine = stage.machines().spare();
        try (Temporary elsewhereNot = stage.machines().onlyOn(machine)) {
            tier.scale(4);
            tier.awaitSettled(4);
        }
        assertThat(tier.podsOn(machine)).as("nodes on %s", machine).isNotEmpty();
        Traffic traffic = stage.traffic(tier);
        try {
            stage.machines().drain(machine);
            assertThat(tier.podsOn(machine))
                    .as("nodes on %s once it is drained", machine)
                    .isEmpty();
            tier.awaitSettled(4);
        } finally {
            stage.machines().uncordon(machine);
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

        stage.evict(victims);
        victims.forEach(victim -> tier.awaitSettledWithout(victim, 3));

        traffic.stopAndExpectNothingLost();
    }

    /**
     * No operator runs, and a node's pod is deleted: nobody can empty it, so after its grace period it ends with all it owns. That is a crash,
     * and is reported as one when an operator is there again; nothing is lost after that.
     */
    @Test
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
            tier.awaitSettledWithout(victim, 3);
            traffic.stopAndExpectWindow(PROCESS_ENDED);
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
}
