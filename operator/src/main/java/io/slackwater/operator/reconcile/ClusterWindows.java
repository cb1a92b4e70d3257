package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.MigrationSpec;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeLoad;
import io.slackwater.operator.kube.TrafficRecords;
import io.slackwater.operator.windows.Deadline;
import io.slackwater.operator.windows.Deadline.OnDeadline;
import io.slackwater.operator.windows.Deadline.Outcome;
import io.slackwater.operator.windows.Durations;
import io.slackwater.operator.windows.Opening;
import io.slackwater.operator.windows.TrafficHistory;
import io.slackwater.operator.windows.TrafficHistoryFormatException;
import io.slackwater.operator.windows.WindowSettings;
import io.slackwater.operator.windows.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When planned moves of one cluster may run, and the record of its traffic that this depends on. For one thread. */
final class ClusterWindows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterWindows.class);

    private final TrafficRecords records;
    private final TrafficSource prometheus;
    private @Nullable TrafficHistory history;
    private Instant stored = Instant.MIN;

    ClusterWindows(TrafficRecords records, TrafficSource prometheus) {
        this.records = records;
        this.prometheus = prometheus;
    }

    /**
     * How it stands with windows.
     *
     * @param open whether moves may begin
     * @param sentence when they may, or until when
     * @param overdue whether the deadline has passed and they may in spite of that
     * @param alert what a person should do about it; empty when nothing
     */
    record WindowState(boolean open, String sentence, boolean overdue, String alert) {}

    /** What a specification says of windows, not looked at yet. */
    static WindowSettings settings(MigrationSpec spec) {
        MigrationSpec.LowTraffic low = spec.lowTraffic();
        return new WindowSettings(
                spec.windows().stream()
                        .map(w -> new WindowSettings.Cron(w.start(), w.duration(), w.timeZone()))
                        .toList(),
                low == null
                        ? null
                        : new WindowSettings.LowTraffic(low.quietestPercent(), low.lookback(), low.timeZone()),
                spec.deadline(),
                OnDeadline.valueOf(spec.onDeadline()));
    }

    /**
     * Looks, and goes on with the record.
     *
     * @param since when the change that waits was proposed; null when none does
     * @throws IllegalArgumentException the specification has refusals
     */
    WindowState look(PubSubCluster cluster, Snapshot snapshot, @Nullable Instant since, Instant now) {
        MigrationSpec spec = cluster.getSpec().migration();
        TrafficHistory traffic = history(cluster, spec, now);
        if (!elsewhere(spec)) {
            record(cluster, traffic, snapshot, now);
        }
        WindowSettings settings = settings(spec);
        Windows windows = settings.toWindows();
        Opening opening = windows.decide(now, traffic);
        if (opening instanceof Opening.Open || since == null) {
            return new WindowState(opening instanceof Opening.Open, opening.sentence(), false, trouble(spec));
        }
        Deadline deadline = settings.toDeadline();
        Outcome outcome = deadline.at(now, since, zone(opening));
        return switch (outcome) {
            case Outcome.Wait wait ->
                new WindowState(
                        false,
                        opening.sentence() + (deadline.after() == null ? "" : "; " + wait.sentence()),
                        false,
                        trouble(spec));
            case Outcome.Proceed proceed -> new WindowState(false, proceed.sentence(), true, trouble(spec));
            case Outcome.Alert alert -> new WindowState(false, opening.sentence(), false, alert.sentence());
        };
    }

    /**
     * When planned moves may begin later on, as far as can be foretold.
     *
     * @param zone whose days are compared
     */
    record Later(Predicate<Instant> open, ZoneId zone) {}

    /**
     * Looks ahead; after {@link #look}.
     *
     * @throws IllegalArgumentException the specification has refusals
     */
    Later later(PubSubCluster cluster, Instant now) {
        MigrationSpec spec = cluster.getSpec().migration();
        Windows windows = settings(spec).toWindows();
        return new Later(windows.outlook(now, history(cluster, spec, now)), windows.zone());
    }

    private static ZoneId zone(Opening opening) {
        return switch (opening) {
            case Opening.Open open -> open.zone();
            case Opening.Closed closed -> closed.zone();
        };
    }

    /** Whether the traffic is measured by somebody else. */
    private static boolean elsewhere(MigrationSpec spec) {
        return spec.lowTraffic() != null && spec.lowTraffic().prometheus() != null;
    }

    private String trouble(MigrationSpec spec) {
        return elsewhere(spec) ? prometheus.trouble() : "";
    }

    @Override
    public void close() {
        prometheus.close();
    }

    private TrafficHistory history(PubSubCluster cluster, MigrationSpec spec, Instant now) {
        MigrationSpec.LowTraffic low = spec.lowTraffic();
        if (low != null && low.prometheus() != null) {
            return prometheus.look(cluster.getMetadata().getNamespace(), low, now);
        }
        Duration lookback = low == null ? TrafficHistory.DEFAULT_LOOKBACK : Durations.parse(low.lookback());
        if (history == null) {
            try {
                history = decode(records.read(cluster, TrafficRecords.TRAFFIC), lookback);
            } catch (
                    KubernetesClientException
                            e) { // tried again at the next look: what is stored must not be written over
                LOG.warn("the stored traffic record cannot be read now: {}", e.getMessage());
                return new TrafficHistory(lookback);
            }
        } else if (!history.lookback().equals(lookback)) {
            history = history.withLookback(lookback);
        }
        return history;
    }

    private static TrafficHistory decode(byte @Nullable [] stored, Duration lookback) {
        if (stored == null) {
            return new TrafficHistory(lookback);
        }
        try {
            return TrafficHistory.decode(stored).withLookback(lookback);
        } catch (TrafficHistoryFormatException e) {
            LOG.warn("the stored traffic record is of no use, a new one begins: {}", e.getMessage());
            return new TrafficHistory(lookback);
        }
    }

    /** Only when every node that serves has been measured: a part of the traffic would look like a quiet hour. */
    private void record(PubSubCluster cluster, TrafficHistory traffic, Snapshot snapshot, Instant now) {
        List<@Nullable NodeLoad> loads = snapshot.nodes().values().stream()
                .filter(node -> node.slots() > 0)
                .map(node -> snapshot.measured().load().get(node.nodeId()))
                .toList();
        if (loads.isEmpty() || loads.stream().anyMatch(Objects::isNull)) {
            return;
        }
        double sum = 0;
        for (NodeLoad load : loads) {
            sum += Objects.requireNonNull(load).messagesPerSecond();
        }
        traffic.record(now, sum);
        if (history == null) {
            return;
        }
        if (stored.equals(Instant.MIN)) {
            stored = now; // the first bin is not full yet
        } else if (!now.isBefore(stored.plus(TrafficHistory.BIN)) || now.isBefore(stored)) {
            stored = now;
            if (cluster.getSpec().migration().lowTraffic() != null) { // nobody else needs it after a restart
                records.write(cluster, TrafficRecords.TRAFFIC, traffic.encode());
            }
        }
    }
}
