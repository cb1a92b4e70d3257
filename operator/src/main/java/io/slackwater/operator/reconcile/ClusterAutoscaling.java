package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.kube.TrafficRecords;
import io.slackwater.operator.migration.Shape;
import io.slackwater.operator.reconcile.ClusterWindows.WindowState;
import io.slackwater.operator.reconcile.ScalingWishes.Wanted;
import io.slackwater.operator.scaling.Limit;
import io.slackwater.operator.scaling.Outlook;
import io.slackwater.operator.scaling.Past;
import io.slackwater.operator.scaling.Reading;
import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.ScalingDecision;
import io.slackwater.operator.scaling.ScalingPolicy;
import io.slackwater.operator.scaling.ScalingPolicy.Situation;
import io.slackwater.operator.scaling.Tier;
import io.slackwater.operator.status.AutoscalingReport;
import io.slackwater.operator.windows.TrafficHistory;
import io.slackwater.operator.windows.TrafficHistoryFormatException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many nodes one cluster asks for: what its specification says, or with autoscaling what was decided last. The specification is never
 * written. What a restart loses is watched for anew before anything is scaled in. For one thread.
 */
final class ClusterAutoscaling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterAutoscaling.class);

    /** How far back needs are remembered: four of each weekday. */
    private static final Duration LOOKBACK = Duration.ofDays(28);

    /** Figures in the status are brought up to date after so long. */
    private static final Duration TOLD = Duration.ofMinutes(1);

    /** A change that waits is not asked for anew for the sake of so little more. */
    private static final double LITTLE_MORE = 1.2;

    private final MetricSource source;
    private final TrafficRecords records;
    private final List<Notice> news = new ArrayList<>();
    private List<Wanted> wanted = List.of();
    private @Nullable TrafficHistory needs;
    private @Nullable Past past;
    private volatile @Nullable AutoscalingStatus status;
    private Instant stored = Instant.MIN;
    private Instant told = Instant.MIN;
    private int asked;

    ClusterAutoscaling(MetricSource source, TrafficRecords records) {
        this.source = source;
        this.records = records;
    }

    /**
     * How many nodes are asked for now.
     *
     * @param effective what is in force or worked towards; null while that is not known
     * @param tide whether planned moves may begin now
     * @param later when they may later on
     */
    int look(
            PubSubCluster cluster,
            Snapshot snapshot,
            @Nullable Shape effective,
            WindowState tide,
            Supplier<ClusterWindows.Later> later,
            Instant now) {
        AutoscalingSpec spec = cluster.getSpec().autoscaling();
        int serving = (int) snapshot.nodes().values().stream()
                .filter(node -> node.slots() > 0)
                .count();
        if (spec == null) {
            forget();
            return cluster.getSpec().replicas();
        }
        if (asked == 0) {
            asked = atFirst(cluster);
            status = cluster.getStatus() == null ? null : cluster.getStatus().autoscaling();
        }
        if (effective == null || snapshot.ring() == null || serving == 0) {
            return asked(cluster, spec);
        }
        List<Wanted> metrics = ScalingWishes.metrics(spec);
        if (!metrics.equals(wanted)) { // what was needed by other metrics says nothing
            wanted = metrics;
            needs = null;
            past = null;
        }
        List<Reading> readings = source.poll(cluster.getMetadata().getNamespace(), spec, metrics, snapshot, now);
        if (readings == null) {
            return asked(cluster, spec);
        }
        int goal = effective.replicas();
        ClusterWindows.Later windows = later.get();
        TrafficHistory history = history(cluster);
        ScalingDecision decision = ScalingPolicy.decide(new Situation(
                ScalingWishes.settings(spec, windows.zone()),
                past == null ? Past.begin(now, goal) : past,
                readings,
                new Tier(
                        serving,
                        goal,
                        snapshot.rest() == null || serving != goal,
                        snapshot.skewPercent(),
                        effective.maxLoadPercent()),
                Outlook.of(history, windows.zone(), windows.open(), now),
                tide.open(),
                tide.sentence(),
                now));
        past = decision.past();
        if (readings.stream().allMatch(reading -> reading.sample() instanceof Sample.Value)) {
            record(cluster, history, decision.needed(), now);
        }
        asked = settled(asked, goal, decision.desired());
        tell(decision, readings, now);
        return asked(cluster, spec);
    }

    /** Within the bounds of today; a trial changes nothing. */
    private int asked(PubSubCluster cluster, AutoscalingSpec spec) {
        return spec.dryRun() ? cluster.getSpec().replicas() : Math.clamp(asked, spec.minReplicas(), spec.maxReplicas());
    }

    /** What was in force or asked for when a former operator ended, but no scale-in of its: that has to be decided anew. */
    private static int atFirst(PubSubCluster cluster) {
        PubSubClusterStatus written = cluster.getStatus();
        if (written == null || written.effective() == null) {
            return cluster.getSpec().replicas();
        }
        int desired = written.autoscaling() == null || written.autoscaling().dryRun()
                ? 0
                : written.autoscaling().desired();
        return Math.max(written.effective().replicas(), desired);
    }

    /**
     * What is asked for: a change that waits for a window or an approval stays as it was proposed, unless clearly more is needed, or no
     * change at all.
     */
    static int settled(int asked, int goal, int desired) {
        boolean out = asked > goal && desired > goal && desired <= asked * LITTLE_MORE;
        boolean in = asked < goal && desired < goal && desired <= asked;
        return out || in ? asked : desired;
    }

    private void tell(ScalingDecision decision, List<Reading> readings, Instant now) {
        AutoscalingStatus before = status;
        AutoscalingStatus after = AutoscalingReport.of(decision, readings, now);
        boolean changed = before == null || before.desired() != after.desired() || before.dryRun() != after.dryRun();
        boolean otherwise = before == null || !before.limit().equals(after.limit());
        if (changed || otherwise || !now.isBefore(told.plus(TOLD)) || now.isBefore(told)) {
            status = after;
            told = now;
        }
        String lost = Limit.METRICS.text();
        boolean isLost = after.limit().equals(lost);
        boolean wasLost = before != null && before.limit().equals(lost);
        if (isLost != wasLost) {
            news(now, isLost, isLost ? "MetricsLost" : "MetricsRestored", decision.reason());
        }
        if (before != null && before.desired() != after.desired()) {
            news(now, false, decision.dryRun() ? "AutoscalingDryRun" : "Autoscaling", decision.reason());
        }
        if (changed || otherwise) {
            LOG.info("autoscaling: {}", decision.reason());
        }
    }

    private void news(Instant now, boolean warning, String reason, String message) {
        news.add(new Notice(0, now, warning, reason, message));
    }

    /** What was decided last; null when nothing was. For any thread. */
    @Nullable
    AutoscalingStatus status() {
        return status;
    }

    /** What has changed since the last call. */
    List<Notice> news() {
        List<Notice> taken = List.copyOf(news);
        news.clear();
        return taken;
    }

    private void forget() {
        asked = 0;
        past = null;
        needs = null;
        status = null;
        wanted = List.of();
    }

    // ---- what was needed in the past

    private TrafficHistory history(PubSubCluster cluster) {
        TrafficHistory known = needs;
        if (known != null) {
            return known;
        }
        try {
            byte[] bytes = records.read(cluster, key());
            needs = bytes == null
                    ? new TrafficHistory(LOOKBACK)
                    : TrafficHistory.decode(bytes).withLookback(LOOKBACK);
        } catch (TrafficHistoryFormatException e) {
            LOG.warn("the stored record of what was needed is of no use, a new one begins: {}", e.getMessage());
            needs = new TrafficHistory(LOOKBACK);
        } catch (KubernetesClientException e) { // tried again: what is stored must not be written over
            LOG.warn("the stored record of what was needed cannot be read now: {}", e.getMessage());
        }
        return needs == null ? new TrafficHistory(LOOKBACK) : needs;
    }

    private void record(PubSubCluster cluster, TrafficHistory history, double needed, Instant now) {
        history.record(now, needed);
        if (needs == null) {
            return;
        }
        if (stored.equals(Instant.MIN)) {
            stored = now;
        } else if (!now.isBefore(stored.plus(TrafficHistory.BIN)) || now.isBefore(stored)) {
            stored = now;
            records.write(cluster, key(), history.encode());
        }
    }

    /** A record of other metrics has another one. */
    private String key() {
        return "needs-" + Integer.toHexString(wanted.toString().hashCode());
    }

    @Override
    public void close() {
        source.close();
    }
}
