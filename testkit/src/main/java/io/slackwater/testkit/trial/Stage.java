package io.slackwater.testkit.trial;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** An API server with the definitions, in which operators are tried one after the other, each in a namespace of its own. */
final class Stage implements AutoCloseable {
    static final int NODES = 3;
    private static final String CLUSTER = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubCluster
            metadata: {name: tide, namespace: %s}
            spec: {replicas: %d, nodes: {image: redis}}
            """;

    final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final Path folder = Files.createTempDirectory("slackwater-trial-");
    private final Path kubeconfig = folder.resolve("kubeconfig");

    /** @param definitions folder of the YAML of the definitions */
    Stage(Path definitions) throws IOException {
        kubernetes.writeKubeconfig(kubeconfig);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(definitions, "*.yml")) {
            for (Path file : files) {
                kubernetes.define(Files.newInputStream(file));
            }
        }
    }

    /** Makes a cluster that waits for its operator. */
    void cluster(String namespace) {
        kubernetes
                .client()
                .resource(Serialization.<GenericKubernetesResource>unmarshal(
                        CLUSTER.formatted(namespace, NODES), GenericKubernetesResource.class))
                .create();
    }

    /** Asks for that many nodes. */
    void scale(String namespace, int nodes) {
        resource(namespace).scale(nodes);
    }

    /** How many nodes serve, by the status. */
    int serving(String namespace) {
        Object status = resource(namespace).get().getAdditionalProperties().get("status");
        return status instanceof Map<?, ?> map && map.get("replicas") instanceof Number replicas
                ? replicas.intValue()
                : 0;
    }

    private Resource<GenericKubernetesResource> resource(String namespace) {
        return kubernetes
                .client()
                .genericKubernetesResources("slackwater.io/v1alpha1", "PubSubCluster")
                .inNamespace(namespace)
                .withName("tide");
    }

    List<Pod> pods(String namespace) {
        return kubernetes.client().pods().inNamespace(namespace).list().getItems();
    }

    /** Starts an operator that looks after this namespace only. Its output goes to {@link #log}. */
    Process start(List<String> command, String namespace) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(
                "--kubeconfig",
                kubeconfig.toString(),
                "--namespaces",
                namespace,
                "--lease-namespace",
                namespace,
                "--port",
                "0"));
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(log(namespace).toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("SLACKWATER_") || name.contains("JAVA_OPTIONS"));
        return builder.start();
    }

    Path log(String namespace) {
        return folder.resolve(namespace + ".log");
    }

    /**
     * Waits for something that the operator does.
     *
     * @throws IllegalStateException with the end of its log, when it ends first or is not done in time
     */
    void await(Process operator, String namespace, Duration atMost, BooleanSupplier done) throws Exception {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!done.getAsBoolean()) {
            if (!operator.isAlive() || System.nanoTime() > deadline) {
                operator.destroyForcibly();
                List<String> lines = Files.readAllLines(log(namespace));
                throw new IllegalStateException("the operator did not get there; its log ends with:\n"
                        + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
            }
            Thread.sleep(2);
        }
    }

    @Override
    public void close() {
        kubernetes.close();
    }
}
