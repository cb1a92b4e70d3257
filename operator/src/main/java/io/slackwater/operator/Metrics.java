package io.slackwater.operator;

import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.operator.coordination.CoordinatorMetrics;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.metrics.OperatorMetric;
import io.slackwater.operator.reconcile.ClusterFigures;
import io.slackwater.operator.reconcile.gateways.GatewayFigures;
import io.slackwater.operator.scaling.Limit;
import io.slackwater.ring.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Figures about the clusters, their nodes and gateway tiers, taken when they are asked for. Safe for use by many threads. */
final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile @Nullable OperatorInstance operator;
    private final List<Shown<ClusterFigures>> shown = new ArrayList<>();
    private final List<Shown<GatewayFigures>> ofGateways = new ArrayList<>();

    /** Gauges of a metric, with the values that a cluster, or a gateway tier, has of it. */
    private record Shown<F>(MultiGauge gauges, Function<F, List<Value>> values) {
        void register(String kind, Map<String, F> figures) {
            List<Row<?>> rows = new ArrayList<>();
            figures.forEach((name, one) -> values.apply(one)
                    .forEach(value -> rows.add(Row.of(tags(kind, name, value.node()), value, Value::value))));
            gauges.register(rows, true);
        }
    }

    /** @param node whose it is, null if it is the cluster's */
    private record Value(@Nullable String node, double value) {}

    Metrics() {
        ofRing();
        ofLoad();
        ofNodes();
        ofMigrations();
        ofAutoscaling();
    }

    private void ofRing() {
        show(OperatorMetric.EPOCH, s -> s.ring() == null ? 0 : s.ring().epoch());
        show(OperatorMetric.NODES, s -> s.ring() == null ? 0 : s.ring().nodes().size());
        show(OperatorMetric.NODES_UNREACHABLE, s -> s.cutOff().size());
        show(OperatorMetric.MEMBERS, Snapshot::members);
        show(OperatorMetric.SKEW, s -> s.skewPercent() / 100.0);
        show(
                OperatorMetric.HANDOVERS_OPEN,
                s -> s.ring() == null ? 0 : s.ring().handovers().size());
    }

    private void ofLoad() {
        show(OperatorMetric.DELIVERIES, s -> s.measured().slots().deliveriesPerSecond());
        show(OperatorMetric.LOAD_SKEW, s -> s.loadSkewPercent() / 100.0);
        show(OperatorMetric.LOAD_MEMBERS, s -> s.measured().slots().members());
    }

    private void ofNodes() {
        each(OperatorMetric.NODE_SLOTS, s -> s.ring() == null ? Map.of() : slots(s.ring()), Integer::doubleValue);
        each(OperatorMetric.NODE_SUBSCRIPTIONS, s -> s.measured().subscriptions(), Long::doubleValue);
        each(OperatorMetric.NODE_MESSAGES, s -> s.measured().load(), Snapshot.NodeLoad::messagesPerSecond);
        each(OperatorMetric.NODE_UTILIZATION, s -> s.measured().load(), load -> load.utilizationPercent() / 100);
    }

    private static Map<String, Integer> slots(Ring ring) {
        Map<String, Integer> owned = ring.table().slotsPerNode();
        return ring.nodes().stream()
                .collect(Collectors.toMap(node -> node.id(), node -> owned.getOrDefault(node.id(), 0)));
    }

    private void ofMigrations() {
        show(OperatorMetric.MIGRATING, s -> s.migration() == null ? 0 : 1);
        moving(OperatorMetric.MIGRATION_SLOTS, Migration::slotsTotal);
        moving(OperatorMetric.MIGRATION_SLOTS_MOVED, Migration::slotsMoved);
        figure(OperatorMetric.MIGRATION_WAITING, it -> it.waited().toSeconds());
        figure(OperatorMetric.MIGRATION_PATIENCE, it -> it.patience().toSeconds());
    }

    private void ofAutoscaling() {
        figure(OperatorMetric.TWO_SCALERS, it -> it.twoScalers() ? 1 : 0);
        deciding(OperatorMetric.AUTOSCALING_DESIRED, AutoscalingStatus::desired);
        deciding(OperatorMetric.AUTOSCALING_LOST, Metrics::lost);
        gateways(OperatorMetric.GATEWAYS_TWO_SCALERS, it -> List.of(new Value(null, it.twoScalers() ? 1 : 0)));
        gateways(OperatorMetric.GATEWAYS_DESIRED, it -> decided(it.autoscaling(), AutoscalingStatus::desired));
        gateways(OperatorMetric.GATEWAYS_LOST, it -> decided(it.autoscaling(), Metrics::lost));
    }

    private static int lost(AutoscalingStatus status) {
        return status.limit().equals(Limit.METRICS.text()) ? 1 : 0;
    }

    /** For one who counts what happens in a cluster. */
    CoordinatorMetrics ofCoordinator(String namespace, String cluster) {
        return new CoordinatorMetrics(registry, namespace, cluster);
    }

    /** Whose clusters are shown. */
    void watch(OperatorInstance instance) {
        operator = instance;
        OperatorMetric.LEADING
                .metric()
                .toGauge(instance, it -> it.leading() ? 1 : 0)
                .register(registry);
    }

    /** In the text format of Prometheus. */
    synchronized String scrape() {
        OperatorInstance watched = operator;
        Map<String, ClusterFigures> figures = watched == null ? Map.of() : watched.figures();
        Map<String, GatewayFigures> gateways = watched == null ? Map.of() : watched.gatewayFigures();
        shown.forEach(one -> one.register("cluster", figures));
        ofGateways.forEach(one -> one.register("gateway", gateways));
        return registry.scrape();
    }

    private static Tags tags(String kind, String key, @Nullable String node) {
        int slash = key.indexOf('/');
        Tags one = Tags.of("namespace", key.substring(0, slash), kind, key.substring(slash + 1));
        return node == null ? one : one.and("node", node);
    }

    // ---- what is shown of each cluster

    private void all(OperatorMetric what, Function<ClusterFigures, List<Value>> values) {
        shown.add(new Shown<>(what.metric().toGauges().register(registry), values));
    }

    private void figure(OperatorMetric what, ToDoubleFunction<ClusterFigures> value) {
        all(what, it -> List.of(new Value(null, value.applyAsDouble(it))));
    }

    private void show(OperatorMetric what, ToDoubleFunction<Snapshot> value) {
        figure(what, it -> value.applyAsDouble(it.snapshot()));
    }

    private void moving(OperatorMetric what, ToDoubleFunction<Migration> value) {
        show(what, s -> s.migration() == null ? 0 : value.applyAsDouble(s.migration()));
    }

    private void deciding(OperatorMetric what, ToDoubleFunction<AutoscalingStatus> value) {
        all(what, it -> decided(it.autoscaling(), value));
    }

    private static List<Value> decided(@Nullable AutoscalingStatus status, ToDoubleFunction<AutoscalingStatus> value) {
        return status == null ? List.of() : List.of(new Value(null, value.applyAsDouble(status)));
    }

    private void gateways(OperatorMetric what, Function<GatewayFigures, List<Value>> values) {
        ofGateways.add(new Shown<>(what.metric().toGauges().register(registry), values));
    }

    private <V> void each(OperatorMetric what, Function<Snapshot, Map<String, V>> nodes, ToDoubleFunction<V> value) {
        all(
                what,
                it -> nodes.apply(it.snapshot()).entrySet().stream()
                        .map(node -> new Value(node.getKey(), value.applyAsDouble(node.getValue())))
                        .toList());
    }
}
