package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Prometheus;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tier follows what a real Prometheus says, or somebody who scales it from outside. */
@OnStage
class AutoscalingE2E {
    private static final String QUERY = "sum(rate(slackwater_gateway_messages_out_total[15s]))";

    /**
     * Three nodes, and a Prometheus that counts what gateways deliver. The traffic rises to more than four nodes' worth: five serve. Then the
     * Prometheus is stopped, and later the traffic too: nobody knows that, nothing is scaled in, and the status says why. The Prometheus
     * is back, the metric is known again. Nothing is lost.
     */
    @Test
    void prometheus_scales_out_and_its_silence_scales_nothing_in(Stage stage) {
        Tier tier = stage.tier(3);
        try (Prometheus prometheus = stage.prometheus(tier)) {
            tier.specify("""
                    {"autoscaling": {"minReplicas": 3, "maxReplicas": 5, "headroomPercent": 0,
                     "prometheus": {"address": "%s"},
                     "metrics": [{"name": "deliveries", "query": "%s", "target": "250"}],
                     "behavior": {"scaleDown": {"stabilizationWindowSeconds": 10}}}}""".formatted(prometheus.address(), QUERY));
            tier.await("autoscaling has looked", status -> status.autoscaling() != null);
            Traffic traffic = stage.traffic(tier, List.of("--back-end-rate=500", "--user-rate=100"));
            tier.awaitSettled(5);
            assertThat(tier.get().getSpec().replicas()).as("what people wrote").isEqualTo(3);

            prometheus.stop();
            tier.await(
                    "the metric is lost", status -> limit(status.autoscaling()).equals("Metrics"));
            traffic.stopAndExpectNothingLost();
            stage.pass(30);
            assertThat(tier.status().replicas())
                    .as("nodes while nothing is known")
                    .isEqualTo(5);
            AutoscalingStatus blind = tier.status().autoscaling();
            assertThat(blind).isNotNull();
            assertThat(blind.reason()).contains("deliveries").contains("so nothing is scaled in");

            prometheus.start();
            tier.await(
                    "the metric is known again",
                    status -> !limit(status.autoscaling()).equals("Metrics"));
        } finally {
            tier.specify("{\"autoscaling\": null}");
        }
    }

    private static String limit(@Nullable AutoscalingStatus status) {
        return status == null ? "" : status.limit();
    }
}
