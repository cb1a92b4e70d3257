package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.e2e.stage.CrowdOfUsers;
import io.slackwater.e2e.stage.GatewayTier;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.Prometheus;
import io.slackwater.e2e.stage.Scaler;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import io.slackwater.e2e.stage.Windows;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tier follows what a real Prometheus says, or somebody who scales it from outside. */
@OnStage
class AutoscalingE2E {
    /** More than four nodes' worth of deliveries where 250 a second are for one. */
    private static final List<String> PEAK = List.of("--back-end-rate=500", "--user-rate=100");

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
            Traffic traffic = stage.traffic(tier, PEAK);
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

    /**
     * A HorizontalPodAutoscaler on the nodes: rising traffic takes three nodes to five. Then windows are closed, the Prometheus is stopped, and
     * the traffic falls: nothing is known, and nothing is scaled in. It is back, and the calm asks for three: that waits for a window, and runs once
     * one opens. Nothing is lost.
     */
    @Test
    void hpa_scales_nodes_out_and_in_when_a_window_opens(Stage stage) {
        Tier tier = stage.tier(3);
        try (Prometheus prometheus = stage.prometheus(tier);
                Scaler hpa = stage.hpa(tier)) {
            risesAndFalls(stage, tier, prometheus);
        }
    }

    /** The same by KEDA. */
    @Test
    void keda_scales_nodes_out_and_in_when_a_window_opens(Stage stage) {
        Tier tier = stage.tier(3);
        try (Prometheus prometheus = stage.prometheus(tier);
                Scaler keda = stage.keda(tier, prometheus, QUERY)) {
            risesAndFalls(stage, tier, prometheus);
        }
    }

    private static void risesAndFalls(Stage stage, Tier tier, Prometheus prometheus) {
        try {
            Traffic peak = stage.traffic(tier, PEAK);
            tier.awaitSettled(5);
            assertThat(tier.get().getSpec().replicas())
                    .as("what the scaler wrote")
                    .isEqualTo(5);
            tier.specify("{\"migration\": {\"windows\": " + Windows.closed() + "}}");
            prometheus.stop();
            peak.stopAndExpectNothingLost();
            Traffic calm = stage.traffic(tier);
            stage.pass(30);
            assertThat(tier.get().getSpec().replicas())
                    .as("asked for while nothing is known")
                    .isEqualTo(5);

            prometheus.start();
            ChannelMigration waiting = tier.awaitMigration("WaitingForWindow");
            assertThat(tier.get().getSpec().replicas())
                    .as("%s", waiting.getStatus())
                    .isLessThan(5);
            assertThat(tier.pods()).as("nodes while it waits").hasSize(5);
            tier.specify("{\"migration\": {\"windows\": " + Windows.OPEN + "}}");
            tier.awaitSettled(3);
            calm.stopAndExpectNothingLost();
        } finally {
            tier.specify("{\"migration\": {\"windows\": null}}");
        }
    }

    /**
     * A HorizontalPodAutoscaler on gateways, by their connections, 150 each: 500 users come, and two gateways become four. They leave, and it is
     * two again.
     */
    @Test
    void hpa_scales_gateways_on_connections(Stage stage) {
        Tier tier = stage.tier(3);
        GatewayTier gateways = stage.managedGateways(tier, "elastic", 2);
        try (Prometheus prometheus = stage.prometheus(tier, gateways);
                Scaler hpa = stage.hpa(gateways, 150)) {
            CrowdOfUsers users = stage.crowd(tier, gateways, 500);
            gateways.awaitServing(4);
            users.stopAndExpectToldOnce();
            gateways.awaitServing(2);
        }
    }

    private static String limit(@Nullable AutoscalingStatus status) {
        return status == null ? "" : status.limit();
    }
}
