package io.slackwater.operator;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.scaling.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Figures about the clusters, taken when they are asked for. */
final class Metrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private volatile @Nullable OperatorInstance operator;
    private final Map<MultiGauge, ToDoubleFunction<Snapshot>> gauges = new HashMap<>();
    private final MultiGauge autoscalingDesired;
    private final MultiGauge autoscalingLost;

    Metrics() {
        autoscalingDesired = rows("slackwater.autoscaling.desired.nodes", "Nodes that autoscaling has decided on");
        autoscalingLost = rows("slackwater.autoscaling.metrics.lost", "1 while a metric that decides has no value");
        gauge(
                "slackwater.cluster.epoch",
                "Epoch of the ring in force",
                s -> s.ring() == null ? 0 : s.ring().epoch());
        gauge(
                "slackwater.cluster.nodes",
                "Nodes in the ring",
                s -> s.ring() == null ? 0 : s.ring().nodes().size());
        gauge("slackwater.cluster.members", "Members connected", Snapshot::members);
        gauge(
                "slackwater.cluster.skew.percent",
                "Busiest node's share over the mean, in percent",
                Snapshot::skewPercent);
        gauge(
                "slackwater.cluster.nodes.unreachable",
                "Nodes the operator cannot reach and that are not known to be dead",
                s -> s.cutOff().size());
        gauge("slackwater.cluster.migrating", "1 while slots are being moved", s -> s.migration() == null ? 0 : 1);
        gauge(
                "slackwater.migration.slots.moved",
                "Slots moved in the move in progress",
                s -> s.migration() == null ? 0 : s.migration().slotsMoved());
        gauge(
                "slackwater.migration.slots.total",
                "Slots to be moved in the move in progress",
                s -> s.migration() == null ? 0 : s.migration().slotsTotal());
    }

    /** Where those who count register their figures. */
    MeterRegistry registry() {
        return registry;
    }

    /** Whose clusters are shown. */
    void watch(OperatorInstance instance) {
        operator = instance;
        registry.gauge("slackwater.operator.leading", instance, it -> it.leading() ? 1 : 0);
    }

    /** In the text format of Prometheus. */
    synchronized String scrape() {
        OperatorInstance watched = operator;
        Map<String, Snapshot> snapshots = watched == null ? Map.of() : watched.snapshots();
        gauges.forEach((gauge, value) -> {
            List<Row<?>> rows = new ArrayList<>();
            snapshots.forEach((name, snapshot) -> rows.add(Row.of(tags(name), snapshot, value)));
            gauge.register(rows, true);
        });
        Map<String, AutoscalingStatus> decided = watched == null ? Map.of() : watched.autoscaling();
        List<Row<?>> desired = new ArrayList<>();
        List<Row<?>> lost = new ArrayList<>();
        decided.forEach((name, status) -> {
            desired.add(Row.of(tags(name), status.desired()));
            lost.add(Row.of(tags(name), status.limit().equals(Limit.METRICS.text()) ? 1 : 0));
        });
        autoscalingDesired.register(desired, true);
        autoscalingLost.register(lost, true);
        return registry.scrape();
    }

    private static Tags tags(String key) {
        int slash = key.indexOf('/');
        return Tags.of("namespace", key.substring(0, slash), "cluster", key.substring(slash + 1));
    }

    private MultiGauge rows(String name, String description) {
        return MultiGauge.builder(name).description(description).register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<Snapshot> value) {
        gauges.put(rows(name, description), value);
    }
}
