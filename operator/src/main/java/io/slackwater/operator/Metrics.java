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
import io.slackwater.operator.scaling.Limit;
import io.slackwater.ring.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Figures about the clusters and their nodes, taken when they are asked for. Safe for use by many threads. */
final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile @Nullable OperatorInstance operator;
    private final List<Shown> shown = new ArrayList<>();

    /** Gauges of a metric, with the values that a cluster has of it. */
    private record Shown(MultiGauge gauges, Function<ClusterFigures, List<Value>> values) {}

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
        deciding(OperatorMetric.AUTOSCALING_LOST, status -> status.limit().equals(Limit.METRICS.text()) ? 1 : 0);
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
        for (Shown one : shown) {
            List<Row<?>> rows = new ArrayList<>();
            figures.forEach((name, cluster) -> one.values()
                    .apply(cluster)
                    .forEach(value -> rows.add(Row.of(tags(name, value.node()), value, Value::value))));
            one.gauges().register(rows, true);
        }
        return registry.scrape();
    }

    private static Tags tags(String key, @Nullable String node) {
        int slash = key.indexOf('/');
        Tags cluster = Tags.of("namespace", key.substring(0, slash), "cluster", key.substring(slash + 1));
        return node == null ? cluster : cluster.and("node", node);
    }

    // ---- what is shown of each cluster

    private void all(OperatorMetric what, Function<ClusterFigures, List<Value>> values) {
        shown.add(new Shown(what.metric().toGauges().register(registry), values));
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
        all(
                what,
                it -> it.autoscaling() == null
                        ? List.of()
                        : List.of(new Value(null, value.applyAsDouble(it.autoscaling()))));
    }

    private <V> void each(OperatorMetric what, Function<Snapshot, Map<String, V>> nodes, ToDoubleFunction<V> value) {
        all(
                what,
                it -> nodes.apply(it.snapshot()).entrySet().stream()
                        .map(node -> new Value(node.getKey(), value.applyAsDouble(node.getValue())))
                        .toList());
    }
}
