package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.TrafficRecords;
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
import io.slackwater.operator.scaling.TierKind;
import io.slackwater.operator.status.AutoscalingReport;
import io.slackwater.operator.windows.TrafficHistory;
import io.slackwater.operator.windows.TrafficHistoryFormatException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many replicas one tier asks for, nodes or gateways: what its specification says, or with autoscaling what was decided last. The specification is
 * never written. What a restart loses is watched for anew before anything is scaled in. For one thread, but for {@link #status}.
 */
public final class TierAutoscaling implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TierAutoscaling.class);

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

    private TierAutoscaling(MetricSource source, TrafficRecords records) {
        this.source = source;
        this.records = records;
    }

    /**
     * Has looked at nothing yet.
     *
     * @param records what was needed in the past
     * @param every between two readings of the metrics
     */
    public static TierAutoscaling begin(
            ClusterSecrets secrets, TrafficRecords records, Duration every, InstantSource clock) {
        return begin(
                secrets,
                records,
                every,
                question -> Thread.ofVirtual().name("prometheus").start(question),
                clock);
    }

    /** The same, with threads of the caller for questions to Prometheus. */
    public static TierAutoscaling begin(
            ClusterSecrets secrets, TrafficRecords records, Duration every, Executor askers, InstantSource clock) {
        return new TierAutoscaling(new MetricSource(new PrometheusAsker(secrets, clock), every, askers), records);
    }

    /**
     * A tier whose size is to be found.
     *
     * @param object that has the specification
     * @param spec null when somebody else says how many
     * @param replicas of the specification
     * @param decided what a former operator had decided last; null for nothing
     * @param inForce what the tier is like, or is being brought to, for one who has not decided yet; 0 when that is not known
     * @param usual what decides when no metric is named
     */
    public record Scaled(
            HasMetadata object,
            TierKind kind,
            @Nullable AutoscalingSpec spec,
            int replicas,
            @Nullable AutoscalingStatus decided,
            int inForce,
            Wanted usual) {}

    /**
     * When planned changes of size may begin.
     *
     * @param now whether one may
     * @param sentence when they may, or until when
     * @param later when they may later on, as far as can be foretold
     * @param zone whose days are compared
     */
    public record Planning(boolean now, String sentence, Predicate<Instant> later, ZoneId zone) {
        /** For a tier that knows no windows: its days are those of UTC. */
        public static final Planning AT_ANY_TIME = new Planning(true, "open", at -> true, ZoneOffset.UTC);
    }

    /** How a tier stands, in the terms of the decision. */
    public interface Standing {
        /**
         * How it stands now.
         *
         * @param asked what is asked for now
         * @return null while nothing can be decided
         */
        @Nullable
        Tier of(int asked);
    }

    /**
     * How many replicas are asked for now.
     *
     * @param own what the operator has measured itself, by source
     */
    public int look(
            Scaled scaled, Standing standing, Function<String, Sample> own, Supplier<Planning> planning, Instant now) {
        AutoscalingSpec spec = scaled.spec();
        if (spec == null) {
            forget();
            return scaled.replicas();
        }
        if (asked == 0) {
            asked = atFirst(scaled);
            status = scaled.decided();
        }
        Tier tier = standing.of(asked(scaled, spec));
        if (tier == null) {
            return asked(scaled, spec);
        }
        List<Wanted> metrics = ScalingWishes.metrics(spec, scaled.usual());
        if (!metrics.equals(wanted)) { // what was needed by other metrics says nothing
            wanted = metrics;
            needs = null;
            past = null;
        }
        List<Reading> readings = source.poll(scaled.object().getMetadata().getNamespace(), spec, metrics, own, now);
        if (readings == null) {
            return asked(scaled, spec);
        }
        Planning windows = planning.get();
        TrafficHistory history = history(scaled.object());
        ScalingDecision decision = ScalingPolicy.decide(new Situation(
                ScalingWishes.settings(spec, scaled.kind(), windows.zone()),
                past == null ? Past.begin(now, tier.goal()) : past,
                readings,
                tier,
                Outlook.of(history, windows.zone(), windows.later(), now),
                windows.now(),
                windows.sentence(),
                now));
        past = decision.past();
        if (readings.stream().allMatch(reading -> reading.sample() instanceof Sample.Value)) {
            record(scaled.object(), history, decision.needed(), now);
        }
        asked = settled(asked, tier.goal(), decision.desired());
        tell(scaled.kind(), decision, readings, now);
        return asked(scaled, spec);
    }

    /** Within the bounds of today; a trial changes nothing. */
    private int asked(Scaled scaled, AutoscalingSpec spec) {
        return spec.dryRun() ? scaled.replicas() : Math.clamp(asked, spec.minReplicas(), spec.maxReplicas());
    }

    /** What was in force or asked for when a former operator ended, but no scale-in of its: that has to be decided anew. */
    private static int atFirst(Scaled scaled) {
        AutoscalingStatus decided = scaled.decided();
        int desired = decided == null || decided.dryRun() ? 0 : decided.desired();
        int most = Math.max(scaled.inForce(), desired);
        return most == 0 ? scaled.replicas() : most;
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

    private void tell(TierKind kind, ScalingDecision decision, List<Reading> readings, Instant now) {
        AutoscalingStatus before = status;
        AutoscalingStatus after = AutoscalingReport.of(kind, decision, readings, now);
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
    public @Nullable AutoscalingStatus status() {
        return status;
    }

    /** What has changed since the last call. */
    public List<Notice> news() {
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

    private TrafficHistory history(HasMetadata object) {
        TrafficHistory known = needs;
        if (known != null) {
            return known;
        }
        try {
            byte[] bytes = records.read(object, key());
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

    private void record(HasMetadata object, TrafficHistory history, double needed, Instant now) {
        history.record(now, needed);
        if (needs == null) {
            return;
        }
        if (stored.equals(Instant.MIN)) {
            stored = now;
        } else if (!now.isBefore(stored.plus(TrafficHistory.BIN)) || now.isBefore(stored)) {
            stored = now;
            records.write(object, key(), history.encode());
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
