package io.slackwater.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.e2e.stage.ByAdapter;
import io.slackwater.e2e.stage.CrowdOfUsers;
import io.slackwater.e2e.stage.GatewayTier;
import io.slackwater.e2e.stage.OnStage;
import io.slackwater.e2e.stage.OnlyWhenNamed;
import io.slackwater.e2e.stage.Prometheus;
import io.slackwater.e2e.stage.Scaler;
import io.slackwater.e2e.stage.Stage;
import io.slackwater.e2e.stage.Tier;
import io.slackwater.e2e.stage.Traffic;
import io.slackwater.e2e.stage.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tier follows what a real Prometheus says, or somebody who scales it from outside. */
@OnStage
class AutoscalingE2E {
    /** More than four nodes' worth of deliveries where 250 a second are for one. */
    private static final List<String> PEAK = List.of("--back-end-rate=500", "--user-rate=100");

    /** Less than half of what is for one. */
    private static final List<String> CALM = List.of("--back-end-rate=25", "--user-rate=25");

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
            follow(prometheus, tier, 10);
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
     * Some minutes of calm, then traffic for more than four nodes, which takes three to five, then calm again. For a quarter of an hour what was
     * needed last is taken to be needed again. Then three would do: that waits for the window, and in the window for the end of the
     * stabilisation. The scale-in runs within the window, and nothing is lost by any of that.
     */
    @Test
    @OnlyWhenNamed(minutes = 22)
    void calm_scales_in_inside_a_window(Stage stage) {
        Tier tier = stage.fresh("ebbing", 3);
        Traffic before = stage.traffic(tier, CALM);
        try (Prometheus prometheus = stage.prometheus(tier)) {
            follow(prometheus, tier, 45);
            // As long as the peak at least: what ten minutes needed in the mean is expected for three hours.
            stage.pass(180);
            before.stopAndExpectNothingLost();
            Traffic peak = stage.traffic(tier, PEAK);
            tier.awaitSettled(5);
            peak.stopAndExpectNothingLost();

            Traffic calm = stage.traffic(tier, CALM);
            Instant opening = Instant.now().plus(Duration.ofMinutes(18)).truncatedTo(ChronoUnit.MINUTES);
            tier.specify("{\"migration\": {\"windows\": " + Windows.from(opening) + "}}");
            AutoscalingStatus waiting = awaitLimit("Window", Duration.ofMinutes(18), tier);
            assertThat(waiting.reason()).contains("the scale-in waits for a window");
            assertThat(tier.status().replicas()).as("nodes before the window").isEqualTo(5);

            AutoscalingStatus stabilising = awaitLimit("Stabilization", Duration.ofMinutes(4), tier);
            assertThat(stabilising.reason()).contains("3 would be right, but has not been");
            assertThat(Instant.now()).as("now, with the window open").isAfterOrEqualTo(opening);
            tier.awaitSettled(3);
            ChannelMigration done = tier.awaitMigration("Completed");
            assertThat(done.getSpec().reason()).isEqualTo("ScaleIn");
            assertThat(Instant.parse(Objects.requireNonNull(done.getStatus().startedAt())))
                    .as("%s", done.getStatus())
                    .isBetween(opening, opening.plus(Duration.ofMinutes(30)));
            assertThat(Objects.requireNonNull(done.getStatus().result()).lost())
                    .as("%s", done.getStatus())
                    .isEqualTo(0);
            calm.stopAndExpectNothingLost();
        } finally {
            tier.specify("{\"autoscaling\": null, \"migration\": {\"windows\": null}}");
        }
        stage.dismantle(tier);
    }

    /** The operator's own scaler, between 3 and 5 nodes, by what the Prometheus says; returns when it has looked. */
    private static void follow(Prometheus prometheus, Tier tier, int stabilizationSeconds) {
        tier.specify("""
                {"autoscaling": {"minReplicas": 3, "maxReplicas": 5, "headroomPercent": 0,
                 "prometheus": {"address": "%s"},
                 "metrics": [{"name": "deliveries", "query": "%s", "target": "250"}],
                 "behavior": {"scaleDown": {"stabilizationWindowSeconds": %d}}}}""".formatted(prometheus.address(), QUERY, stabilizationSeconds));
        tier.await("autoscaling has looked", status -> status.autoscaling() != null);
    }

    /** Waits until this is what keeps the scaler from what metrics ask for. */
    private static AutoscalingStatus awaitLimit(String what, Duration within, Tier tier) {
        AtomicReference<@Nullable AutoscalingStatus> seen = new AtomicReference<>();
        tier.await(within, "what limits the scaler is " + what, status -> {
            seen.set(status.autoscaling());
            return limit(status.autoscaling()).equals(what);
        });
        return Objects.requireNonNull(seen.get());
    }

    /**
     * A HorizontalPodAutoscaler on the nodes: rising traffic takes three nodes to five. Then windows are closed, the Prometheus is stopped, and
     * the traffic falls: nothing is known, and nothing is scaled in. It is back, and the calm asks for three: that waits for a window, and runs once
     * one opens. Nothing is lost.
     */
    @Test
    @ByAdapter
    void hpa_scales_nodes_out_and_in_when_a_window_opens(Stage stage) {
        Tier tier = stage.tier(3);
        try (Prometheus prometheus = stage.prometheus(tier);
                Scaler hpa = stage.hpa(tier)) {
            risesAndFalls(stage, tier, prometheus);
        }
    }

    /** The same by KEDA. */
    @Test
    @ByAdapter
    void keda_scales_nodes_out_and_in_when_a_window_opens(Stage stage) {
        stage.needsKeda();
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
    @ByAdapter
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
