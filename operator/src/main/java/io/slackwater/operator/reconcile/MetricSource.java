package io.slackwater.operator.reconcile;

import io.slackwater.crds.AutoscalingSpec;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metrics of one tier every so often: those of Prometheus on threads of its own, so that nobody waits for them. For one
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

    /**
     * What the metrics say, once for each reading; null while it is not due, or an answer has not come.
     *
     * @param own what the operator has measured itself, by source
     */
    @Nullable
    List<Reading> poll(
            String namespace, AutoscalingSpec spec, List<Wanted> wanted, Function<String, Sample> own, Instant now) {
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
                    each.source().equals(ScalingWishes.PROMETHEUS)
                            ? answers.getOrDefault(each.query(), new Sample.Failed("was not asked yet"))
                            : own.apply(each.source())));
        }
        return readings;
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
