package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A Prometheus in a pod, which looks at gateways. */
public final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);

    private final KubernetesClient client;
    private final Manifest manifest;
    private final String namespace;

    /** @param gateways the label that their pods carry, as in {@code app: chat} */
    Prometheus(KubernetesClient client, String namespace, String gateways, String image) {
        this.client = client;
        this.namespace = namespace;
        manifest = Manifest.of(
                "prometheus.yaml", Map.of("NAMESPACE", namespace, "SELECTOR", gateways, "PROMETHEUS_IMAGE", image));
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

    /** Returns when its pod is gone: the next one has the same name. */
    @Override
    public void close() {
        manifest.delete(client);
        stop();
    }
}
