package io.slackwater.testkit.trial;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.readiness.Readiness;
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
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** An API server with the definitions, in which operators are tried one after the other, each in a namespace of its own. */
final class Stage implements AutoCloseable {
    static final int NODES = 3;
    static final String GATEWAY_IMAGE = "gateway";
    private static final String CLUSTER = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubCluster
            metadata: {name: tide, namespace: %s}
            spec: {replicas: %d, nodes: {image: redis}}
            """;
    private static final String GATEWAY = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubGateway
            metadata: {name: quay, namespace: %s}
            spec:
              clusterRef: {name: tide}
              replicas: 1
              image: IMAGE
              env: {SLACKWATER_TLS_NAME: tide-nodes.%1$s.svc}
              drain: {patience: 0s, disconnectsPerSecond: 100, timeout: 30s, reconnectSpread: 1s}
            """.replace("IMAGE", GATEWAY_IMAGE);

    final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final Path folder = Files.createTempDirectory("slackwater-trial-");

    /** @param definitions folder of the YAML of the definitions */
    Stage(Path definitions) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(definitions, "*.yml")) {
            for (Path file : files) {
                kubernetes.define(Files.newInputStream(file));
            }
        }
    }

    /** Makes a cluster that waits for its operator. */
    void cluster(String namespace) {
        create(CLUSTER.formatted(namespace, NODES));
    }

    /** Makes a tier of one gateway, of {@link #GATEWAY_IMAGE}, for {@link #cluster}. */
    void gateway(String namespace) {
        create(GATEWAY.formatted(namespace));
    }

    private void create(String manifest) {
        kubernetes
                .client()
                .resource(Serialization.<GenericKubernetesResource>unmarshal(manifest, GenericKubernetesResource.class))
                .create();
    }

    /** The gateway's pod once it is ready. */
    Optional<Pod> readyGateway(String namespace) {
        return gateways(namespace).stream().filter(Readiness::isPodReady).findFirst();
    }

    /** The gateway's pods, whatever their state. */
    List<Pod> gateways(String namespace) {
        return kubernetes
                .client()
                .pods()
                .inNamespace(namespace)
                .withLabel("slackwater.io/gateway", "quay")
                .list()
                .getItems();
    }

    private static boolean isNode(Pod pod) {
        return pod.getMetadata()
                .getLabels()
                .getOrDefault("slackwater.io/role", "")
                .equals("node");
    }

    /** Where members find the nodes that have an address: pods have no DNS here. */
    String seeds(String namespace) {
        return pods(namespace).stream()
                .filter(Stage::isNode)
                .map(pod -> pod.getStatus().getPodIP() + ":6379")
                .collect(Collectors.joining(","));
    }

    /** Asks for no gateway any more: those there are drain and end by themselves. */
    void deleteGateway(String namespace) {
        resource("PubSubGateway", namespace, "quay").delete();
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
        return resource("PubSubCluster", namespace, "tide");
    }

    private Resource<GenericKubernetesResource> resource(String kind, String namespace, String name) {
        return kubernetes
                .client()
                .genericKubernetesResources("slackwater.io/v1alpha1", kind)
                .inNamespace(namespace)
                .withName(name);
    }

    List<Pod> pods(String namespace) {
        return kubernetes.client().pods().inNamespace(namespace).list().getItems();
    }

    /** Starts an operator that looks after this namespace only. Its output goes to {@link #log}. */
    Process start(List<String> command, String namespace) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of("--namespaces", namespace, "--lease-namespace", namespace, "--port", "0"));
        ProcessBuilder builder = program(words, log(namespace));
        // As in a pod: the API server is found by the environment, and no kubeconfig is read.
        builder.environment().keySet().removeIf(name -> name.startsWith("KUBE"));
        builder.environment()
                .put("KUBERNETES_MASTER", kubernetes.client().getMasterUrl().toString());
        builder.environment().put("KUBERNETES_AUTH_TRYKUBECONFIG", "false");
        return builder.start();
    }

    /** A program of this project that none of this environment's settings reaches, with all its output in a file. */
    static ProcessBuilder program(List<String> words, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("SLACKWATER_") || name.contains("JAVA_OPTIONS"));
        return builder;
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
