package io.slackwater.operator.reconcile;

import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.NodesSpec.SecretRef;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeLoad;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.ClusterSecrets.NotDone;
import io.slackwater.operator.prometheus.PrometheusAccess;
import io.slackwater.operator.prometheus.PrometheusReader;
import io.slackwater.operator.reconcile.ScalingWishes.Wanted;
import io.slackwater.operator.scaling.Reading;
import io.slackwater.operator.scaling.Sample;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Reads the metrics of one cluster every so often: those of Prometheus on threads of its own, so that nobody waits for them. For one
 * thread.
 */
final class MetricSource implements AutoCloseable {
    private final ClusterSecrets secrets;
    private final InstantSource clock;
    private final Duration every;
    private final Executor askers;
    private @Nullable CompletableFuture<Map<String, Sample>> asked;
    private @Nullable Instant askedAt;
    private @Nullable PrometheusReader reader;
    private @Nullable PrometheusAccess access;

    /**
     * Has read nothing yet.
     *
     * @param every between two readings
     * @param askers where Prometheus is asked
     */
    MetricSource(ClusterSecrets secrets, Duration every, Executor askers, InstantSource clock) {
        this.askers = askers;
        this.secrets = secrets;
        this.every = every;
        this.clock = clock;
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
        AutoscalingSpec.Prometheus prometheus = spec.prometheus();
        if (queries.isEmpty() || prometheus == null) {
            return answers;
        }
        try {
            PrometheusReader asks = reader(namespace, prometheus);
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

    /** Another one when a Secret has changed, or the address. */
    private synchronized PrometheusReader reader(String namespace, AutoscalingSpec.Prometheus spec) throws NotDone {
        PrometheusAccess now = PrometheusAccess.of(
                spec.address(), secret(namespace, spec.secretRef()), secret(namespace, spec.caSecretRef()));
        if (reader == null || !now.equals(access)) {
            PrometheusReader former = reader;
            reader = new PrometheusReader(now, Duration.ofSeconds(spec.timeoutSeconds()), clock);
            access = now;
            if (former != null) {
                former.close();
            }
        }
        return Objects.requireNonNull(reader);
    }

    private @Nullable Map<String, String> secret(String namespace, @Nullable SecretRef reference) throws NotDone {
        if (reference == null) {
            return null;
        }
        Map<String, String> entries = secrets.read(namespace, reference.name());
        if (entries == null) {
            throw new IllegalArgumentException(
                    "there is no Secret " + reference.name() + " in the namespace " + namespace);
        }
        return entries;
    }

    @Override
    public synchronized void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
