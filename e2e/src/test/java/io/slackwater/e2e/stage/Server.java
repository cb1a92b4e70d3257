package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.slackwater.ring.handover.NodeUsers;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server of a node, spoken to from within its own pod as the operator would. */
final class Server {
    private static final Pattern CLIENT = Pattern.compile("^id=(\\d+) addr=([0-9.]+):\\d+ ", Pattern.MULTILINE);
    private static final String READ_PASSWORD = "read -r REDISCLI_AUTH; export REDISCLI_AUTH; exec \"$0\" \"$@\"";
    private static final long PATIENCE_SECONDS = 20;

    private final KubernetesClient client;
    private final Pod pod;

    private Server(KubernetesClient client, Pod pod) {
        this.client = client;
        this.pod = pod;
    }

    static Server of(KubernetesClient client, Pod pod) {
        return new Server(client, pod);
    }

    /** Gives it a command, and returns what {@code redis-cli} printed, whatever came of it. */
    String tell(String... command) {
        // The password is read by the shell in the pod, and is in no list of processes.
        List<String> all = new ArrayList<>(List.of("sh", "-c", READ_PASSWORD, "redis-cli", "-h", "127.0.0.1", "--tls"));
        all.addAll(List.of("--cacert", "/etc/slackwater/tls/ca.crt", "--user", NodeUsers.OPERATOR));
        all.addAll(List.of(command));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ExecWatch exec = client.pods()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .readingInput(new ByteArrayInputStream((password() + "\n").getBytes(StandardCharsets.UTF_8)))
                .writingOutput(out)
                .writingError(out)
                .exec(all.toArray(String[]::new))) {
            exec.exitCode().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException ended) {
            out.writeBytes(("(" + ended + ")").getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private String password() {
        Map<String, String> labels = pod.getMetadata().getLabels();
        String keys = client.secrets()
                .inNamespace(pod.getMetadata().getNamespace())
                .withName(labels.get("slackwater.io/cluster") + "-keys")
                .require()
                .getData()
                .get("operator");
        return new String(Base64.getDecoder().decode(keys), StandardCharsets.UTF_8);
    }

    /** Ends the connections that come from these addresses. */
    void endConnectionsFrom(Set<String> addresses) {
        Matcher connections = CLIENT.matcher(tell("CLIENT", "LIST"));
        while (connections.find()) {
            if (addresses.contains(connections.group(2))) {
                tell("CLIENT", "KILL", "ID", connections.group(1));
            }
        }
    }
}
