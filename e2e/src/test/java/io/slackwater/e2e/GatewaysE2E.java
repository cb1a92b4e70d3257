package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.e2e.stage.Alone;
import io.slackwater.e2e.stage.CrowdOfUsers;
import io.slackwater.e2e.stage.GatewayTier;
import io.slackwater.e2e.stage.LoadBalancer;
import io.slackwater.e2e.stage.Log;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Temporary;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import io.slackwater.quickstart.traffic.Crowd;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Gateways that the operator runs. */
@OnStage
class GatewaysE2E {
    private static final int CROWD = 1_000;

    /** With half as many the dice of a Service leave a gateway above 110 % in one of fifty runs, with nobody left to tell. */
    private static final int TO_BE_SPREAD = 600;

    /** That of managed-gateways.yaml. */
    private static final int RATE = 100;

    /** From the end of a gateway to the last of its users being subscribed again. */
    private static final Duration LONGEST_ABSENCE = Duration.ofSeconds(15);

    /**
     * Three gateways of a PubSubGateway. All users are connected to two of them. {@code kubectl scale} asks for two: the one that nobody is
     * connected to goes, exactly that one, and the users notice nothing.
     */
    @Test
    void gateway_scale_in(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "managed", 3);
        List<Pod> busy = gateways.pods().subList(0, 2);
        String idle = gateways.pods().get(2).getMetadata().getName();
        Traffic traffic = stage.traffic(
                tier, busy.stream().map(pod -> pod.getStatus().getPodIP()).toList(), List.of());

        gateways.scale(2);
        gateways.awaitServing(2);

        assertThat(gateways.pods())
                .extracting(pod -> pod.getMetadata().getName())
                .doesNotContain(idle)
                .containsExactlyInAnyOrderElementsOf(
                        busy.stream().map(pod -> pod.getMetadata().getName()).toList());
        traffic.stopAndExpectNothingLost();
    }

    /**
     * A thousand users of three gateways. The specification changes, so that every gateway is replaced; the leading operator is killed while
     * the first of the old ones are being emptied. Each user is told to come again once at most, at no more than the rate that is set, and
     * nobody is cut off.
     */
    @Test
    @Alone
    void gateways_rolled_out_and_the_operator_killed(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "rolled", 3);
        List<Pod> before = gateways.pods();
        CrowdOfUsers crowd = stage.crowd(tier, gateways, CROWD);

        gateways.specify("{\"env\":{\"SLACKWATER_MAX_SUBSCRIPTIONS\":\"9000\"}}");
        gateways.awaitDraining();
        stage.operator().kill(stage.operator().leader());
        gateways.awaitServingWithout(before, 3);

        Crowd.Counts counts = crowd.stopAndExpectToldOnce();
        assertThat(counts.told()).as("%s", counts).isEqualTo(CROWD);
        assertThat(counts.busiestSecond()).as("%s", counts).isLessThanOrEqualTo(2 * RATE);
    }

    /**
     * {@code kubectl scale} takes two gateways of four away, and {@code kubectl drain} empties a machine with two of four. Of a thousand
     * users those are told to come again whose gateway goes, nobody more than once by either, and nobody is cut off.
     */
    @Test
    @Alone
    void gateways_scaled_in_and_drained_with_their_machine(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "shrinking", 4);
        CrowdOfUsers crowd = stage.crowd(tier, gateways, CROWD);

        try (Temporary death = stage.operator().mayDieWhen("the first of two drains", gateways::draining)) {
            gateways.scale(2);
            gateways.awaitServing(2);
        }
        stage.operator().awaitReady();
        Crowd.Counts scaled = crowd.stopAndExpectToldOnce();
        assertThat(scaled.told()).as("%s", scaled).isBetween(1, CROWD - 1);

        String machine = stage.machines().spare();
        try (Temporary elsewhereNot = stage.machines().onlyOn(machine)) {
            gateways.scale(4);
            gateways.awaitServing(4);
        }
        List<Pod> there = gateways.podsOn(machine);
        assertThat(there).as("gateways on %s", machine).hasSizeGreaterThan(1);
        CrowdOfUsers others = stage.crowd(tier, gateways, CROWD);
        try (Temporary death = stage.operator().mayDieWhen("gateways of the machine go", gateways::ending)) {
            stage.machines().drain(machine);
            gateways.awaitServingWithout(there, 4);
        } finally {
            stage.machines().uncordon(machine);
        }

        Crowd.Counts drained = others.stopAndExpectToldOnce();
        assertThat(drained.told()).as("%s", drained).isBetween(1, CROWD); // by chance all four were there
        tier.awaitSettled(3);
    }

    /**
     * Users of two gateways, and {@code kubectl scale} asks for three: as {@code spec.rebalance} says, some of them are told to go and come
     * again, until no gateway has more than 110 % of the mean. Each is told once at most, and nobody is cut off.
     */
    @Test
    void gateways_shed_to_new_ones(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "shedding", 2);
        gateways.specify("{\"rebalance\":{\"maxOverMeanPercent\":110,\"disconnectsPerSecond\":" + RATE + "}}");
        CrowdOfUsers crowd = stage.crowd(tier, gateways, TO_BE_SPREAD);
        stage.pass(10); // who came less than five seconds before a new gateway stays

        gateways.scale(3);
        gateways.awaitServing(3);
        Condition ended = gateways.awaitRebalanced();
        assertThat(ended.getReason()).as("%s", ended.getMessage()).isEqualTo("Rebalanced");

        Map<String, Integer> connections = gateways.awaitConnections(TO_BE_SPREAD);
        Log.line("connections: " + connections);
        assertThat(connections).hasSize(3);
        assertThat(connections.values()).as("%s", connections).allMatch(each -> each * 3 * 100 <= 110 * TO_BE_SPREAD);
        Crowd.Counts counts = crowd.stopAndExpectToldOnce();
        assertThat(counts.told()).as("%s", counts).isBetween(TO_BE_SPREAD / 3, TO_BE_SPREAD);
        assertThat(counts.busiestSecond()).as("%s", counts).isLessThanOrEqualTo(2 * RATE);
        tier.awaitSettled(3);
    }

    /**
     * HAProxy stands in front of two gateways, as the recipe in deploy/haproxy says, and each has half of the users. {@code kubectl scale} asks for three:
     * who is there stays, so that the busiest has half as much again as the mean. Then connections are to be rebalanced: who is told
     * to go comes to the new one, which has the fewest, until nobody has more than 110 % of the mean. Each is told once at most.
     */
    @Test
    void haproxy_spreads_users_by_their_number(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "balanced", 2);
        try (LoadBalancer balancer = stage.loadBalancer(tier, gateways)) {
            CrowdOfUsers crowd = stage.crowd(tier, balancer, TO_BE_SPREAD);
            Map<String, Integer> before = gateways.awaitConnections(TO_BE_SPREAD);
            assertThat(percentOfMean(before)).as("%s", before).isLessThanOrEqualTo(102);
            stage.pass(10); // who came less than five seconds before a new gateway stays

            gateways.scale(3);
            gateways.awaitServing(3);
            stage.pass(15); // until the cluster's DNS and HAProxy know the new one
            Map<String, Integer> scaled = gateways.awaitConnections(TO_BE_SPREAD);
            assertThat(scaled).hasSize(3);
            assertThat(percentOfMean(scaled)).as("%s", scaled).isBetween(145, 155);

            gateways.specify("{\"rebalance\":{\"maxOverMeanPercent\":110,\"disconnectsPerSecond\":" + RATE + "}}");
            Condition ended = gateways.awaitRebalanced();
            assertThat(ended.getReason()).as("%s", ended.getMessage()).isEqualTo("Rebalanced");
            Map<String, Integer> after = gateways.awaitConnections(TO_BE_SPREAD);
            Crowd.Counts counts = crowd.stopAndExpectToldOnce();
            Log.line("busiest over the mean: " + percentOfMean(before) + " %, " + percentOfMean(scaled)
                    + " % when there are three, " + percentOfMean(after) + " % in the end; told " + counts.told());
            assertThat(percentOfMean(after)).as("%s", after).isLessThanOrEqualTo(110);
            assertThat(counts.told()).as("%s", counts).isBetween(TO_BE_SPREAD / 5, TO_BE_SPREAD / 2);
        }
    }

    private static int percentOfMean(Map<String, Integer> connections) {
        int most =
                connections.values().stream().mapToInt(Integer::intValue).max().orElse(0);
        int all = connections.values().stream().mapToInt(Integer::intValue).sum();
        return (int) Math.ceil(100.0 * most * connections.size() / all);
    }

    /**
     * A gateway is killed without a word. Its users come back to the others, which go on; what they missed meanwhile is measured. Another
     * one takes its place.
     */
    @Test
    void gateway_killed(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "killed", 3);
        CrowdOfUsers crowd = stage.crowd(tier, gateways, CROWD);
        Pod victim = gateways.pods().getFirst();

        stage.client().resource(victim).withGracePeriod(0).delete();
        stage.operator().mayDie("with the gateway");
        crowd.awaitCutOff();
        gateways.awaitServingWithout(List.of(victim), 3);

        Crowd.Counts counts = crowd.stop();
        // The machine's kubelet sends SIGTERM a moment before it kills: a few may be told in time.
        assertThat(counts.mostOftenTold()).as("%s", counts).isLessThanOrEqualTo(1);
        assertThat(counts.cut()).as("%s", counts).isBetween(1, CROWD * 2 / 3);
        assertThat(counts.lost() + counts.repeated()).as("%s", counts).isZero();
        assertThat(counts.longestAbsenceMillis()).as("%s", counts).isLessThan(LONGEST_ABSENCE.toMillis());
    }
}
