package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.client.KubernetesClient;
import org.junit.jupiter.api.Assumptions;

/** Somebody outside the operator who changes {@code spec.replicas}, until it is closed. */
public final class Scaler implements AutoCloseable {
    private final KubernetesClient client;
    private final Manifest manifest;

    Scaler(KubernetesClient client, Manifest manifest) {
        this.client = client;
        this.manifest = manifest;
        manifest.apply(client);
    }

    /** Skips the test, with the reason, when the cluster does not serve this group of its API. */
    static void required(KubernetesClient client, String group, String what) {
        Assumptions.assumeTrue(
                client.getApiGroup(group) != null,
                "skipped: the cluster has no " + group + ", which " + what + " needs");
    }

    @Override
    public void close() {
        manifest.delete(client);
    }
}
