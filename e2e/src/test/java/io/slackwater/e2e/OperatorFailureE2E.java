package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.e2e.stage.Alone;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Temporary;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The operator dies, doubles, or is cut off. Messages do not depend on it, so nothing may be lost by any of that. */
@OnStage
class OperatorFailureE2E {
    /**
     * Three nodes become five. When a fifth of the slots has moved the pod of the leading operator is removed by force, so that it can
     * neither finish the handovers that are open nor give the Lease back. The other replica waits for the Lease to run out, reads where
     * things stand, and finishes the move. Nothing is lost.
     */
    @Test
    @Alone
    void operator_killed_mid_handover(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        String leader = stage.operator().leader();
        long term = term(tier);

        tier.scaleSlowly(5, 5);
        tier.awaitMoving(20);
        stage.operator().kill(leader);
        tier.hurry();
        tier.awaitSettled(5);

        traffic.stopAndExpectNothingLost();
        assertThat(stage.operator().leader()).isNotEqualTo(leader);
        assertThat(term(tier)).as("terms of coordination").isGreaterThan(term);
    }

    /**
     * A second operator is installed that competes for another Lease, so that for thirty seconds there are two that believe to lead, and
     * both see that five nodes shall become three. Each write of the ring is a compare-and-set, so they get in each other's way and no
     * further. When the second one is gone the first finishes. Nothing is lost, and there are three nodes.
     */
    @Test
    @Alone
    void two_leaders_for_30s(Stage stage) {
        Tier tier = stage.tier(5);
        Traffic traffic = stage.traffic(tier);
        try (Temporary second = stage.operator().second()) {
            tier.scale(3);
            stage.pass(30);
        }
        tier.awaitSettled(3);

        traffic.stopAndExpectNothingLost();
    }

    /**
     * A NetworkPolicy keeps the operator, and nobody else, from the nodes; its connections are ended. It says that it is cut off, and
     * moves nothing although a scale-out is asked for; the members go on. When the policy is gone it does what was asked. Nothing is lost.
     */
    @Test
    void partition_between_operator_and_nodes(Stage stage) {
        Tier tier = stage.tier(3);
        Traffic traffic = stage.traffic(tier);
        Map<String, Integer> lives = tier.lives();
        try (Temporary cut = stage.cutOperatorOff(tier)) {
            tier.await(
                    "the operator says that it is cut off",
                    status -> Tier.is(status, "Degraded")
                            && Tier.message(status, "Degraded").contains("the operator cannot reach"));
            long epoch = epoch(tier);
            tier.scale(4);
            stage.pass(15);
            assertThat(epoch(tier)).as("the ring's epoch while cut off").isEqualTo(epoch);
            assertThat(tier.lives()).as("pods while cut off").containsAllEntriesOf(lives);
        }
        tier.awaitSettled(4);
        tier.await("not degraded any more", status -> !Tier.is(status, "Degraded"));

        traffic.stopAndExpectNothingLost();
        assertThat(tier.lives()).containsAllEntriesOf(lives);
    }

    private static long term(Tier tier) {
        return ring(tier).term();
    }

    private static long epoch(Tier tier) {
        return ring(tier).epoch();
    }

    private static PubSubClusterStatus.RingStatus ring(Tier tier) {
        return Objects.requireNonNull(tier.status().ring());
    }
}
