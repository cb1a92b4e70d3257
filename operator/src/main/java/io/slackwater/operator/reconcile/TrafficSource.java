package io.slackwater.operator.reconcile;

import io.slackwater.crds.MigrationSpec.LowTraffic;
import io.slackwater.operator.kube.ClusterSecrets.NotDone;
import io.slackwater.operator.prometheus.PrometheusReader.Range;
import io.slackwater.operator.scaling.replay.Recording;
import io.slackwater.operator.windows.Durations;
import io.slackwater.operator.windows.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The history of a cluster's traffic as a Prometheus has it: the whole lookback is asked for every so often, on a thread of its own. While no
 * answer comes the last one holds, and grows old: then the last minutes are unknown, and a measured window is closed. For one thread.
 */
final class TrafficSource implements AutoCloseable {
    /** Between two questions. */
    static final Duration EVERY = Duration.ofMinutes(2);

    /** Between two samples: two for each bin of the history; 8,064 for the longest lookback, of which Prometheus allows 11,000. */
    private static final Duration STEP = TrafficHistory.BIN.dividedBy(2);

    private final PrometheusAsker prometheus;
    private final Executor askers;
    private @Nullable CompletableFuture<Range> asked;
    private @Nullable Instant askedAt;
    private @Nullable LowTraffic spec;
    private @Nullable TrafficHistory history;
    private String trouble = "";

    TrafficSource(PrometheusAsker prometheus, Executor askers) {
        this.prometheus = prometheus;
        this.askers = askers;
    }

    /**
     * The history as far as it is known; empty before the first answer.
     *
     * @param low with a Prometheus
     */
    TrafficHistory look(String namespace, LowTraffic low, Instant now) {
        if (!low.equals(spec)) {
            spec = low;
            asked = null;
            askedAt = null;
            history = null;
            trouble = "";
        }
        if (asked == null && (askedAt == null || now.isBefore(askedAt) || !now.isBefore(askedAt.plus(EVERY)))) {
            askedAt = now;
            asked = CompletableFuture.supplyAsync(() -> ask(namespace, low, now), askers);
        }
        CompletableFuture<Range> under = asked;
        if (under != null && under.isDone()) {
            asked = null;
            take(
                    under.exceptionally(e -> new Range.Problem("was not asked: " + e))
                            .join(),
                    low,
                    now);
        }
        return history == null ? new TrafficHistory(Durations.parse(low.lookback())) : history;
    }

    /** Why the traffic is not known as of now, one sentence; empty when it is, or nobody has asked. */
    String trouble() {
        return trouble;
    }

    private Range ask(String namespace, LowTraffic low, Instant now) {
        try {
            return prometheus
                    .reader(namespace, Objects.requireNonNull(low.prometheus()))
                    .range(Objects.requireNonNull(low.query()), now.minus(Durations.parse(low.lookback())), now, STEP);
        } catch (NotDone | IllegalArgumentException e) {
            return new Range.Problem("was not asked: " + e.getMessage());
        }
    }

    private void take(Range answer, LowTraffic low, Instant now) {
        switch (answer) {
            case Range.Problem problem -> trouble = "migration.lowTraffic: its query " + problem.sentence();
            case Range.Series series -> {
                trouble = "";
                history = history(series.recording(), Durations.parse(low.lookback()), now);
            }
        }
    }

    /** What was recorded, no gap bridged; samples that are negative or from later on are left out. */
    static TrafficHistory history(Recording recording, Duration lookback, Instant now) {
        TrafficHistory history = new TrafficHistory(lookback);
        for (int i = 0; i < recording.load().length; i++) {
            Instant at = recording.from().plus(recording.step().multipliedBy(i));
            if (recording.seen()[i] && recording.load()[i] >= 0 && !at.isAfter(now)) {
                history.record(at, recording.load()[i]);
            }
        }
        return history;
    }

    @Override
    public void close() {
        prometheus.close();
    }
}
