package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Prometheus in a pod, which looks at the gateways of a cluster. */
public final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    private final KubernetesClient client;
    private final Manifest manifest;
    private final String namespace;

    Prometheus(KubernetesClient client, Tier tier, String image) {
        this.client = client;
        namespace = tier.namespace();
        manifest = Manifest.of(
                "prometheus.yaml", Map.of("NAMESPACE", namespace, "CLUSTER", tier.name(), "PROMETHEUS_IMAGE", image));
        start();
    }

    /** Where others in the namespace and the operator reach it. */
    public String address() {
        return "http://prometheus." + namespace + ".svc:9090";
    }

    /** Starts it, or starts it anew with nothing in its memory; returns when it answers. */
    public void start() {
        manifest.apply(client);
        Awaitility.await("Prometheus ready")
                .atMost(START)
                .until(() -> client.pods()
                        .inNamespace(namespace)
                        .withName("prometheus")
                        .isReady());
    }

    /** Ends its process; returns when it is gone. */
    public void stop() {
        client.pods()
                .inNamespace(namespace)
                .withName("prometheus")
                .withGracePeriod(0)
                .delete();
        Awaitility.await("Prometheus gone")
                .atMost(START)
                .until(() -> client.pods()
                                .inNamespace(namespace)
                                .withName("prometheus")
                                .get()
                        == null);
    }

    @Override
    public void close() {
        manifest.delete(client);
    }
}
