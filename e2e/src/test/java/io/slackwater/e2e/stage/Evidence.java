package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What the cluster can say about a scenario that failed: objects, events and logs, one file each, under {@code target/e2e/SCENARIO}. */
final class Evidence implements AutoCloseable {
    private static final int LINES = 2_000;
    private static final String MANAGEMENT = "management";

    private final KubernetesClient client;

    Evidence(KubernetesClient client) {
        // What cannot be reached, as a pod behind a NetworkPolicy, is not asked again and again.
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(client.getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .withRequestTimeout(10_000)
                        .build())
                .build();
    }

    void gather(String scenario) {
        Path folder = Path.of("target", "e2e", scenario);
        for (int again = 2; Files.exists(folder); again++) { // a scenario that is run again does not overwrite it
            folder = Path.of("target", "e2e", scenario + "-" + again);
        }
        gatherIn(folder, scenario);
    }

    private void gatherIn(Path folder, String scenario) {
        try {
            Files.createDirectories(folder);
            write(
                    folder,
                    "clusters.yaml",
                    () -> yaml(client.resources(PubSubCluster.class)
                            .inAnyNamespace()
                            .list()
                            .getItems()));
            write(folder, "machines.yaml", () -> yaml(client.nodes().list().getItems()));
            for (String namespace : namespaces()) {
                List<Pod> pods = client.pods().inNamespace(namespace).list().getItems();
                write(folder, namespace + "-pods.yaml", () -> yaml(pods));
                write(folder, namespace + "-events.txt", () -> events(namespace));
                for (Pod pod : pods) {
                    logs(folder, pod);
                    counters(folder, pod);
                }
            }
            Log.line("evidence of " + scenario + " is in " + folder.toAbsolutePath());
        } catch (IOException | KubernetesClientException e) {
            Log.line("the evidence of " + scenario + " could not be gathered: " + e);
        }
    }

    /** Those of the suite. */
    private List<String> namespaces() {
        return client.namespaces().list().getItems().stream()
                .map(namespace -> namespace.getMetadata().getName())
                .filter(name -> name.equals(Installation.NAMESPACE) || name.startsWith(Stage.NAMESPACE))
                .toList();
    }

    private void logs(Path folder, Pod pod) {
        String name = pod.getMetadata().getName();
        var resource =
                client.pods().inNamespace(pod.getMetadata().getNamespace()).withName(name);
        write(folder, name + ".log", () -> resource.tailingLines(LINES).getLog());
        boolean before = pod.getStatus().getContainerStatuses().stream().anyMatch(c -> c.getRestartCount() > 0);
        if (before) {
            write(
                    folder,
                    name + "-before.log",
                    () -> resource.terminated().tailingLines(LINES).getLog());
        }
    }

    /** What a gateway or an operator counts; others have no such port. */
    private void counters(Path folder, Pod pod) {
        String address = "/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/"
                + pod.getMetadata().getName() + ":";
        pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> MANAGEMENT.equals(port.getName()))
                .forEach(port -> write(
                        folder,
                        pod.getMetadata().getName() + "-metrics.txt",
                        () -> client.raw(address + port.getContainerPort() + "/proxy/metrics")));
    }

    private String events(String namespace) {
        return client.events().v1().events().inNamespace(namespace).list().getItems().stream()
                .map(event -> (event.getEventTime() == null
                                ? event.getMetadata().getCreationTimestamp()
                                : event.getEventTime().getTime())
                        + " " + event.getType() + " "
                        + event.getRegarding().getKind() + "/"
                        + event.getRegarding().getName() + " "
                        + event.getReason() + ": " + event.getNote())
                .sorted()
                .collect(Collectors.joining("\n", "", "\n"));
    }

    @Override
    public void close() {
        client.close();
    }

    private static String yaml(Object objects) {
        return Serialization.asYaml(objects);
    }

    private static void write(Path folder, String file, Supplier<String> content) {
        try {
            Files.writeString(folder.resolve(file), content.get());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (KubernetesClientException e) {
            Log.line(file + " could not be had: " + e.getMessage());
        }
    }
}
