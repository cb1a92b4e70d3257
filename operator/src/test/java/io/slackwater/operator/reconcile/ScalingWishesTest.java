package io.slackwater.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.reconcile.ScalingWishes.Wanted;
import io.slackwater.operator.scaling.Behavior;
import io.slackwater.operator.scaling.Behavior.Policy;
import io.slackwater.operator.scaling.Behavior.Select;
import io.slackwater.operator.scaling.Behavior.Type;
import io.slackwater.operator.scaling.Metric;
import io.slackwater.operator.scaling.Prices;
import io.slackwater.operator.scaling.ScalingSettings;
import io.slackwater.operator.scaling.TierKind;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ScalingWishesTest {
    @Test
    void what_is_left_out_is_as_usual() {
        AutoscalingSpec spec = spec("{maxReplicas: 9}");
        assertThat(ScalingWishes.refusals(spec, TierKind.NODES)).isEmpty();
        assertThat(ScalingWishes.settings(spec, TierKind.NODES, ZoneOffset.UTC))
                .isEqualTo(ScalingSettings.of(3, 9, 20, ZoneOffset.UTC));
        assertThat(ScalingWishes.metrics(spec, ScalingWishes.USUAL))
                .containsExactly(
                        new Wanted(new Metric("utilization", 60, Metric.Kind.Value), "UtilizationPercent", ""));
        assertThat(ScalingWishes.refusals(null, TierKind.NODES)).isEmpty();
    }

    @Test
    void what_is_written_is_taken() {
        AutoscalingSpec spec = spec("{minReplicas: 2, maxReplicas: 9, headroomPercent: 0, dryRun: true,"
                + " prometheus: {address: 'https://p:9090'}, behavior: {scaleUp: {stabilizationWindowSeconds: 60},"
                + " scaleDown: {selectPolicy: Min, policies: [{type: Pods, value: 1, periodSeconds: 120}]}},"
                + " metrics: [{name: load, query: sum(x), target: 6k}, {name: cpu, source: UtilizationPercent, target: 60},"
                + " {name: lag, query: max(y), type: Value, target: 500m}]}");
        assertThat(ScalingWishes.refusals(spec, TierKind.NODES)).isEmpty();
        ScalingSettings settings = ScalingWishes.settings(spec, TierKind.NODES, ZoneOffset.UTC);
        assertThat(settings.dryRun()).isTrue();
        assertThat(settings.headroomPercent()).isZero();
        assertThat(settings.behavior().scaleUp())
                .isEqualTo(new Behavior.Rules(
                        Duration.ofMinutes(1),
                        Select.Max,
                        Behavior.DEFAULT.scaleUp().policies()));
        assertThat(settings.behavior().scaleDown())
                .isEqualTo(new Behavior.Rules(
                        Duration.ofMinutes(5), Select.Min, List.of(new Policy(Type.Pods, 1, Duration.ofMinutes(2)))));
        assertThat(ScalingWishes.metrics(spec, ScalingWishes.USUAL))
                .extracting(Wanted::metric)
                .containsExactly(
                        new Metric("load", 6_000, Metric.Kind.AverageValue),
                        new Metric("cpu", 60, Metric.Kind.Value),
                        new Metric("lag", 0.5, Metric.Kind.Value));
    }

    @Test
    void what_cannot_be_acted_on_is_refused_with_a_sentence() {
        assertThat(refusals("{minReplicas: 5, maxReplicas: 4}")).contains("5 to 4 replicas");
        assertThat(refusals("{maxReplicas: 400}")).contains("maxReplicas is 400: must be at most 100");
        assertThat(refusals("{maxReplicas: 4, metrics: [{name: a, source: UtilizationPercent, target: 0}]}"))
                .contains("the target of a is 0.0: must be more than 0");
        assertThat(refusals("{maxReplicas: 4, metrics: [{name: a, target: 1}]}"))
                .contains("a needs a query");
        assertThat(refusals("{maxReplicas: 4, prometheus: {address: 'ftp://nowhere'}}"))
                .contains("\"ftp://nowhere\" is not the address of a Prometheus");
        assertThat(refusals("{maxReplicas: 4, metrics: [{name: a, source: UtilizationPercent, target: 1},"
                        + " {name: a, source: MessagesPerSecond, target: 1}]}"))
                .contains("there are two of the name a");
    }

    @Test
    void a_change_that_waits_stays_as_it_was_proposed() {
        assertThat(TierAutoscaling.settled(5, 5, 8)).as("new").isEqualTo(8);
        assertThat(TierAutoscaling.settled(8, 5, 7)).as("a little less").isEqualTo(8);
        assertThat(TierAutoscaling.settled(8, 5, 9)).as("a little more").isEqualTo(8);
        assertThat(TierAutoscaling.settled(8, 5, 10)).as("clearly more").isEqualTo(10);
        assertThat(TierAutoscaling.settled(8, 5, 5)).as("not any more").isEqualTo(5);
        assertThat(TierAutoscaling.settled(3, 8, 2)).as("even fewer").isEqualTo(3);
        assertThat(TierAutoscaling.settled(3, 8, 4)).as("not that few").isEqualTo(4);
        assertThat(TierAutoscaling.settled(3, 8, 8)).as("none fewer").isEqualTo(8);
    }

    @Test
    void gateways_have_other_bounds_and_another_measurement() {
        assertThat(ScalingWishes.refusals(spec("{maxReplicas: 150}"), TierKind.GATEWAYS))
                .isEmpty();
        assertThat(ScalingWishes.refusals(spec("{maxReplicas: 201}"), TierKind.GATEWAYS))
                .containsExactly("spec.autoscaling.maxReplicas is 201: must be at most 200");
        AutoscalingSpec connections = spec("{maxReplicas: 9, metrics: [{name: a, source: Connections, target: 1k}]}");
        assertThat(ScalingWishes.refusals(connections, TierKind.GATEWAYS)).isEmpty();
        assertThat(ScalingWishes.refusals(connections, TierKind.NODES))
                .containsExactly("spec.autoscaling.metrics: the source of a is Connections: must be one of Prometheus,"
                        + " MessagesPerSecond, UtilizationPercent");
        AutoscalingSpec messages =
                spec("{maxReplicas: 9, metrics: [{name: a, source: MessagesPerSecond, target: 1k}]}");
        assertThat(ScalingWishes.refusals(messages, TierKind.GATEWAYS))
                .containsExactly("spec.autoscaling.metrics: the source of a is MessagesPerSecond: must be one of"
                        + " Prometheus, Connections");
        assertThat(ScalingWishes.settings(messages, TierKind.GATEWAYS, ZoneOffset.UTC)
                        .prices())
                .isEqualTo(Prices.OF_CONNECTIONS);
    }

    private static String refusals(String yaml) {
        return String.join("; ", ScalingWishes.refusals(spec(yaml), TierKind.NODES));
    }

    private static AutoscalingSpec spec(String yaml) {
        String manifest = "spec: {nodes: {image: redis}, autoscaling: " + yaml + "}";
        return Objects.requireNonNull(
                Serialization.unmarshal(manifest, PubSubCluster.class).getSpec().autoscaling());
    }
}
