package io.slackwater.operator.reconcile;

import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeLoad;
import io.slackwater.operator.kube.ClusterSecrets.NotDone;
import io.slackwater.operator.prometheus.PrometheusReader;
import io.slackwater.operator.reconcile.ScalingWishes.Wanted;
import io.slackwater.operator.scaling.Reading;
import io.slackwater.operator.scaling.Sample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metrics of one cluster every so often: those of Prometheus on threads of its own, so that nobody waits for them. For one
 * thread.
 */
final class MetricSource implements AutoCloseable {
    private final PrometheusAsker prometheus;
    private final Duration every;
    private final Executor askers;
    private @Nullable CompletableFuture<Map<String, Sample>> asked;
    private @Nullable Instant askedAt;

    /**
     * Has read nothing yet.
     *
     * @param every between two readings
     * @param askers where Prometheus is asked
     */
    MetricSource(PrometheusAsker prometheus, Duration every, Executor askers) {
        this.prometheus = prometheus;
        this.askers = askers;
        this.every = every;
    }

    /** What the metrics say, once for each reading; null while it is not due, or an answer has not come. */
    @Nullable
    List<Reading> poll(String namespace, AutoscalingSpec spec, List<Wanted> wanted, Snapshot snapshot, Instant now) {
        if (asked == null && (askedAt == null || now.isBefore(askedAt) || !now.isBefore(askedAt.plus(every)))) {
            askedAt = now;
            asked = CompletableFuture.supplyAsync(() -> ask(namespace, spec, wanted), askers);
        }
        CompletableFuture<Map<String, Sample>> under = asked;
        if (under == null || !under.isDone()) {
            return null;
        }
        asked = null;
        Map<String, Sample> answers = under.handle(
                        (samples, failure) -> samples == null ? Map.<String, Sample>of() : samples)
                .join();
        List<Reading> readings = new ArrayList<>();
        for (Wanted each : wanted) {
            readings.add(new Reading(
                    each.metric(),
                    switch (each.source()) {
                        case ScalingWishes.MESSAGES -> own(snapshot, true);
                        case ScalingWishes.UTILIZATION -> own(snapshot, false);
                        default -> answers.getOrDefault(each.query(), new Sample.Failed("was not asked yet"));
                    }));
        }
        return readings;
    }

    /** What the operator has measured itself: of every node that serves, or it is none. */
    private static Sample own(Snapshot snapshot, boolean messages) {
        double sum = 0;
        int serving = 0;
        for (Snapshot.NodeStatus node : snapshot.nodes().values()) {
            if (node.slots() > 0) {
                NodeLoad load = snapshot.measured().load().get(node.nodeId());
                if (load == null) {
                    return new Sample.Failed("has not been measured on every node yet");
                }
                sum += messages ? load.messagesPerSecond() : load.utilizationPercent();
                serving++;
            }
        }
        return serving == 0 ? new Sample.Missing() : Sample.of(messages ? sum : sum / serving);
    }

    private Map<String, Sample> ask(String namespace, AutoscalingSpec spec, List<Wanted> wanted) {
        List<String> queries = wanted.stream()
                .map(Wanted::query)
                .filter(query -> !query.isEmpty())
                .distinct()
                .toList();
        Map<String, Sample> answers = new ConcurrentHashMap<>();
        AutoscalingSpec.Prometheus where = spec.prometheus();
        if (queries.isEmpty() || where == null) {
            return answers;
        }
        try {
            PrometheusReader asks = prometheus.reader(namespace, where);
            Map<String, CompletableFuture<Void>> all = new HashMap<>();
            for (String query : queries) {
                all.put(query, CompletableFuture.runAsync(() -> answers.put(query, asks.read(query)), askers));
            }
            all.values().forEach(CompletableFuture::join);
        } catch (NotDone | IllegalArgumentException e) {
            queries.forEach(query -> answers.put(query, new Sample.Failed("was not asked: " + e.getMessage())));
        }
        return answers;
    }

    @Override
    public void close() {
        prometheus.close();
    }
}
