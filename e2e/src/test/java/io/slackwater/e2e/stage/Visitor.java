package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/** A pod that knocks at doors. */
public final class Visitor implements AutoCloseable {
    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    Visitor(KubernetesClient client, String namespace, String name, String label, String image) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        Manifest.of("visitor.yaml", Map.of("NAME", name, "NAMESPACE", namespace, "LABEL", label, "NODE_IMAGE", image))
                .apply(client);
        Awaitility.await(name + " ready")
                .atMost(Duration.ofSeconds(60))
                .until(() -> client.pods().inNamespace(namespace).withName(name).isReady());
    }

    /** Whether a server at this address says anything within three seconds. */
    public boolean reaches(String address) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = client.pods()
                .inNamespace(namespace)
                .withName(name)
                .writingOutput(out)
                .writingError(out)
                .exec("timeout", "3", "redis-cli", "--tls", "--insecure", "-h", address, "PING")) {
            exec.exitCode().get(15, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        String said = out.toString(StandardCharsets.UTF_8);
        return said.contains("PONG") || said.contains("NOAUTH");
    }

    @Override
    public void close() {
        client.pods().inNamespace(namespace).withName(name).withGracePeriod(0).delete();
    }
}
