package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.crds.MigrationStatus;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Nodes are added and removed while users talk. On clusters of their own, because books are exact only when every member that was ever
 * there could leave its part.
 */
@OnStage
class ScalingE2E {
    /**
     * Three nodes serve. Traffic flows through two gateways. {@code kubectl scale} asks for five. When they serve evenly the traffic ends:
     * nothing was lost, duplicated or reordered, and the members' books say the same.
     */
    @Test
    void scale_out_under_traffic(Stage stage) {
        Tier tier = stage.fresh("growing", 3);
        Traffic traffic = stage.traffic(tier);

        tier.scale(5);
        tier.awaitSettled(5);

        expectBooksBalance(tier, "ScaleOut");
        traffic.stopAndExpectNothingLost();
        stage.dismantle(tier);
    }

    /** The other way: five nodes become two under traffic. The pods that go are those that were emptied, and nobody noticed. */
    @Test
    void scale_in(Stage stage) {
        Tier tier = stage.fresh("shrinking", 5);
        Traffic traffic = stage.traffic(tier);

        tier.scale(2);
        tier.awaitSettled(2);

        expectBooksBalance(tier, "ScaleIn");
        traffic.stopAndExpectNothingLost();
        stage.dismantle(tier);
    }

    private static void expectBooksBalance(Tier tier, String reason) {
        tier.await(
                "the books of the move",
                status -> status.migration() != null && status.migration().result() != null);
        MigrationStatus move = Objects.requireNonNull(tier.status().migration());
        assertThat(move.reason()).isEqualTo(reason);
        MigrationStatus.Result result = Objects.requireNonNull(move.result());
        assertThat(result.verified()).as("books: %s", result).isTrue();
        assertThat(result.lost()).as("books: %s", result).isZero();
        assertThat(result.deliveries()).isPositive();
    }
}
