package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Somebody outside the operator who changes {@code spec.replicas} of something in the shared namespace, until it is closed. */
public final class Scaler implements AutoCloseable {
    private final KubernetesClient client;
    private final Manifest manifest;

    private Scaler(KubernetesClient client, Manifest manifest) {
        this.client = client;
        this.manifest = manifest;
        manifest.apply(client);
    }

    /**
     * A HorizontalPodAutoscaler, between so many and 5.
     *
     * @param metric of all gateways that the Prometheus of the scenario looks at, added up
     * @param target what of it is for one replica
     */
    static Scaler hpa(
            KubernetesClient client, String namespace, String kind, String name, int least, String metric, int target) {
        required(client, "custom.metrics.k8s.io", "a HorizontalPodAutoscaler on such metrics");
        Map<String, String> values = Map.of(
                "NAMESPACE",
                namespace,
                "KIND",
                kind,
                "NAME",
                name,
                "LEAST",
                String.valueOf(least),
                "METRIC",
                metric,
                "TARGET",
                String.valueOf(target));
        return new Scaler(client, Manifest.of("hpa.yaml", values));
    }

    /** KEDA on the nodes, between 3 and 5, with 250 of what the query gives for each. */
    static Scaler keda(KubernetesClient client, Tier tier, Prometheus prometheus, String query) {
        requireKeda(client);
        Map<String, String> values = Map.of(
                "NAMESPACE", tier.namespace(), "NAME", tier.name(), "PROMETHEUS", prometheus.address(), "QUERY", query);
        return new Scaler(client, Manifest.of("keda.yaml", values));
    }

    /** Skips the test when the cluster has no KEDA. */
    static void requireKeda(KubernetesClient client) {
        required(client, "keda.sh", "KEDA");
    }

    /** Skips the test, with the reason, when the cluster does not serve this group of its API. */
    private static void required(KubernetesClient client, String group, String what) {
        Assumptions.assumeTrue(
                client.getApiGroup(group) != null,
                "skipped: the cluster has no " + group + ", which " + what + " needs");
    }

    @Override
    public void close() {
        manifest.delete(client);
    }
}
