package io.slackwater.operator.coordination;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.slackwater.operator.metrics.OperatorMetric;
import io.slackwater.ring.Handover;
import io.slackwater.ring.Phase;
import io.slackwater.ring.handover.Report;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a coordinator counts. All series are there from the start: Prometheus sees no increase from nothing to 1. They go with the
 * coordinator. Called on the coordinator's thread.
 */
public final class CoordinatorMetrics implements AutoCloseable {
    private final MeterRegistry registry;
    private final Tags cluster;
    private final List<Meter> meters = new ArrayList<>();
    private final Counter done;
    private final Counter aborted;
    private final Counter fenced;
    private final Counter failovers;
    private final Counter cutOffs;
    private final Counter deliveries;
    private final Counter lost;
    private final Counter surplus;
    private final Counter unverified;
    private final Timer gap;
    private final Map<Phase, Timer> phases = new EnumMap<>(Phase.class);
    private final Map<Long, Entry> entered = new HashMap<>();
    private Set<String> away = Set.of();
    private final AtomicInteger version = new AtomicInteger(1);

    private record Entry(Phase phase, long nanos) {}

    /**
     * Registers the meters.
     *
     * @param namespace of the cluster
     */
    public CoordinatorMetrics(MeterRegistry registry, String namespace, String cluster) {
        this.registry = registry;
        this.cluster = Tags.of("namespace", namespace, "cluster", cluster);
        done = counter(OperatorMetric.HANDOVERS, Tags.of("outcome", "done"));
        aborted = counter(OperatorMetric.HANDOVERS, Tags.of("outcome", "aborted"));
        fenced = counter(OperatorMetric.MEMBERS_FENCED, Tags.empty());
        failovers = counter(OperatorMetric.FAILOVERS, Tags.empty());
        cutOffs = counter(OperatorMetric.NODES_CUT_OFF, Tags.empty());
        deliveries = counter(OperatorMetric.BOOKS_DELIVERIES, Tags.empty());
        lost = counter(OperatorMetric.BOOKS_LOST, Tags.empty());
        surplus = counter(OperatorMetric.BOOKS_SURPLUS, Tags.empty());
        unverified = counter(OperatorMetric.BOOKS_UNVERIFIED, Tags.empty());
        kept(OperatorMetric.PROTOCOL_VERSION
                .metric()
                .toGauge(version, AtomicInteger::get)
                .tags(this.cluster)
                .register(registry));
        gap = timer(OperatorMetric.HANDOVER_GAP, Tags.empty());
        for (Phase phase : Phase.values()) {
            phases.put(
                    phase,
                    timer(
                            OperatorMetric.HANDOVER_PHASE,
                            Tags.of("phase", phase.name().toLowerCase(Locale.ROOT))));
        }
    }

    void entered(Handover handover) {
        phaseEnded(handover.id());
        entered.put(handover.id(), new Entry(handover.phase(), System.nanoTime()));
    }

    void done(Handover handover) {
        phaseEnded(handover.id());
        done.increment();
    }

    void aborted(Handover handover) {
        phaseEnded(handover.id());
        aborted.increment();
    }

    void fenceGap(Duration length) {
        gap.record(length);
    }

    void fencedOff() {
        fenced.increment();
    }

    void failedOver() {
        failovers.increment();
    }

    /** Ids of the nodes that are out of reach now. */
    void cutOff(Collection<String> nodes) {
        Set<String> now = new HashSet<>(nodes);
        cutOffs.increment(now.stream().filter(node -> !away.contains(node)).count());
        away = now;
    }

    void version(int ofProtocol) {
        version.set(ofProtocol);
    }

    void settled(Report.Verdict verdict) {
        Long missing = verdict.lost();
        if (!verdict.verified() || missing == null) {
            unverified.increment();
            return;
        }
        deliveries.increment(verdict.deliveries());
        lost.increment(Math.max(0, missing));
        surplus.increment(Math.max(0, -missing));
    }

    private void phaseEnded(long handover) {
        Entry entry = entered.remove(handover);
        if (entry != null) {
            Objects.requireNonNull(phases.get(entry.phase()))
                    .record(Duration.ofNanos(System.nanoTime() - entry.nanos()));
        }
    }

    private Counter counter(OperatorMetric what, Tags tags) {
        return kept(what.metric().toCounter().tags(cluster.and(tags)).register(registry));
    }

    private Timer timer(OperatorMetric what, Tags tags) {
        return kept(what.metric().toTimer().tags(cluster.and(tags)).register(registry));
    }

    private <M extends Meter> M kept(M meter) {
        meters.add(meter);
        return meter;
    }

    /** Takes the meters away. */
    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
