package io.slackwater.operator.coordination;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.ring.Handover;
import io.slackwater.ring.Phase;
import io.slackwater.ring.handover.Report;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What a coordinator measures, under {@code slackwater.}, tagged with the cluster. Called on the coordinator's thread; gauges read the last snapshot. */
final class CoordinatorMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final Tags cluster;
    private final Supplier<Snapshot> snapshot;
    private final Map<Long, Entry> entered = new HashMap<>();
    private final Map<String, Gauge> slots = new HashMap<>();
    private final Set<Meter> gauges = new HashSet<>();

    private record Entry(Phase phase, long nanos) {}

    CoordinatorMetrics(MeterRegistry registry, String cluster, Supplier<Snapshot> snapshot) {
        this.registry = registry;
        this.cluster = Tags.of("cluster", cluster);
        this.snapshot = snapshot;
        gauge(
                "slackwater.ring.epoch",
                "Epoch of the ring",
                s -> s.ring() == null ? 0 : s.ring().epoch());
        gauge(
                "slackwater.handovers.open",
                "Handovers in progress",
                s -> s.ring() == null ? 0 : s.ring().handovers().size());
        gauge("slackwater.members", "Members connected", Snapshot::members);
        gauge(
                "slackwater.nodes.cutoff",
                "Nodes that cannot be reached and are not known to be dead",
                s -> s.cutOff().size());
        gauge("slackwater.ring.skew.percent", "Busiest node's share of slots over the mean", Snapshot::skewPercent);
        gauge(
                "slackwater.load.deliveries.per.second",
                "Deliveries a second that members reported, smoothed over minutes",
                s -> s.measured().slots().deliveriesPerSecond());
        gauge(
                "slackwater.load.skew.percent",
                "Busiest node's share of the reported load over the mean",
                s -> SnapshotBuilder.skewPercent(s.ring(), s.measured().slots().slots()));
        gauge(
                "slackwater.load.members",
                "Members whose load reports are known",
                s -> s.measured().slots().members());
        gauge("slackwater.migration.progress", "Share of the planned move that is done, 1 when none is", s -> {
            Migration m = s.migration();
            return m == null || m.slotsTotal() == 0 ? 1 : (double) m.slotsMoved() / m.slotsTotal();
        });
    }

    void entered(Handover handover) {
        phaseEnded(handover.id());
        entered.put(handover.id(), new Entry(handover.phase(), System.nanoTime()));
    }

    void ended(Handover handover, String outcome) {
        phaseEnded(handover.id());
        counter("slackwater.handovers", "Handovers that ended", Tags.of("outcome", outcome))
                .increment();
    }

    void fenceGap(Duration gap) {
        Timer.builder("slackwater.handover.gap")
                .description("From COMMIT to the last answer to FENCE")
                .tags(cluster)
                .publishPercentileHistogram()
                .register(registry)
                .record(gap);
    }

    void fencedOff() {
        counter("slackwater.members.fenced", "Members fenced off", Tags.empty()).increment();
    }

    void failedOver() {
        counter("slackwater.failovers", "Failovers", Tags.empty()).increment();
    }

    void settled(Report.Verdict verdict) {
        Long lost = verdict.lost();
        if (!verdict.verified() || lost == null) {
            counter("slackwater.books.unverified", "Terms whose books cannot be verified", Tags.empty())
                    .increment();
            return;
        }
        counter("slackwater.books.deliveries", "Deliveries in verified terms", Tags.empty())
                .increment(verdict.deliveries());
        counter("slackwater.books.lost", "Deliveries lost in verified terms", Tags.empty())
                .increment(Math.max(0, lost));
        counter("slackwater.books.surplus", "Deliveries beyond what servers counted, in verified terms", Tags.empty())
                .increment(Math.max(0, -lost));
    }

    /** Keeps one gauge for each of the nodes. */
    void nodes(Set<String> ids) {
        for (String id : ids) {
            slots.computeIfAbsent(
                    id,
                    node -> Gauge.builder("slackwater.node.slots", snapshot, s -> slotsOf(s.get(), node))
                            .description("Slots that the node owns")
                            .tags(cluster.and("node", node))
                            .register(registry));
        }
        slots.entrySet().removeIf(entry -> {
            boolean gone = !ids.contains(entry.getKey());
            if (gone) {
                registry.remove(entry.getValue());
            }
            return gone;
        });
    }

    private static double slotsOf(Snapshot snapshot, String node) {
        return snapshot.ring() == null
                ? 0
                : snapshot.ring().table().slotsPerNode().getOrDefault(node, 0);
    }

    private void phaseEnded(long handover) {
        Entry entry = entered.remove(handover);
        if (entry != null) {
            Timer.builder("slackwater.handover.phase")
                    .description("Time a handover spent in a phase")
                    .tags(cluster.and("phase", entry.phase().name().toLowerCase(Locale.ROOT)))
                    .publishPercentileHistogram()
                    .register(registry)
                    .record(Duration.ofNanos(System.nanoTime() - entry.nanos()));
        }
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name)
                .description(description)
                .tags(cluster.and(tags))
                .register(registry);
    }

    private void gauge(String name, String description, ToDoubleFunction<Snapshot> value) {
        gauges.add(Gauge.builder(name, snapshot, s -> value.applyAsDouble(s.get()))
                .description(description)
                .tags(cluster)
                .strongReference(true)
                .register(registry));
    }

    /** Takes the gauges away: they would show the last state of a coordinator that has ended. Counters and timers stay. */
    @Override
    public void close() {
        gauges.forEach(registry::remove);
        nodes(Set.of());
    }
}
