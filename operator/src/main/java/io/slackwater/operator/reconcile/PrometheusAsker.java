package io.slackwater.operator.reconcile;

import io.slackwater.crds.AutoscalingSpec.Prometheus;
import io.slackwater.crds.NodesSpec.SecretRef;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.ClusterSecrets.NotDone;
import io.slackwater.operator.prometheus.PrometheusAccess;
import io.slackwater.operator.prometheus.PrometheusReader;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps one reader of a Prometheus for as long as its address and Secrets stay the same. Secrets are read anew each time. For many threads. */
final class PrometheusAsker implements AutoCloseable {
    private final ClusterSecrets secrets;
    private final InstantSource clock;
    private @Nullable PrometheusReader reader;
    private @Nullable PrometheusAccess access;

    PrometheusAsker(ClusterSecrets secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /**
     * The reader for this specification; another one when a Secret has changed, or the address.
     *
     * @throws NotDone the API refuses a Secret
     * @throws IllegalArgumentException a Secret is missing, or what it holds is of no use; the message is a sentence
     */
    synchronized PrometheusReader reader(String namespace, Prometheus spec) throws NotDone {
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
