package io.slackwater.testkit.trial;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.testkit.RedisProcess;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets one operator look after many clusters at once, of one node each, and measures what that costs while nothing changes: processor time, memory, and
 * requests that write. The API server is in memory. The nodes are real servers, each of which stands for ten nodes of as many clusters, since the keys of
 * clusters differ.
 *
 * <p>Arguments: the folder of the definitions, the number of clusters, then the operator's command line. Prints a table in Markdown.
 */
public final class ManyClusters {
    private static final String NAMESPACE = "many";
    private static final int CLUSTERS_A_SERVER = 10;
    private static final int PORT = 6379;
    private static final Duration AT_MOST = Duration.ofMinutes(20);
    private static final Duration SETTLING = Duration.ofSeconds(30);
    private static final Duration OBSERVED = Duration.ofSeconds(60);
    private static final String CLUSTER = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubCluster
            metadata: {name: c%05d, namespace: many}
            spec: {replicas: 1, nodes: {image: redis, tls: {mode: Disabled}, auth: {mode: Disabled}}}
            """;

    private final Stage stage;
    private final int clusters;
    private final List<RedisProcess> servers = new ArrayList<>();
    private final AtomicInteger pods = new AtomicInteger();

    private ManyClusters(Stage stage, int clusters) {
        this.stage = stage;
        this.clusters = clusters;
    }

    /** Prints the table. */
    public static void main(String[] args) throws Exception {
        int clusters = Integer.parseInt(args[1]);
        try (Stage stage = new Stage(Path.of(args[0]))) {
            new ManyClusters(stage, clusters).run(Arrays.asList(args).subList(2, args.length));
        }
        System.exit(0);
    }

    private void run(List<String> command) throws Exception {
        KubernetesClient client = stage.kubernetes.client();
        try (ExecutorService threads = Executors.newFixedThreadPool(8);
                SharedIndexInformer<Pod> kubelet = client.pods()
                        .inNamespace(NAMESPACE)
                        .inform(new ResourceEventHandler<>() {
                            @Override
                            public void onAdd(Pod pod) {
                                threads.execute(() -> runs(client, pod));
                            }

                            @Override
                            public void onUpdate(Pod before, Pod pod) {}

                            @Override
                            public void onDelete(Pod pod, boolean unknown) {}
                        })) {
            for (int i = 0; i * CLUSTERS_A_SERVER < clusters; i++) {
                servers.add(RedisProcess.startAt("127.88." + i / 250 + "." + (1 + i % 250), PORT));
            }
            for (int i = 0; i < clusters; i++) {
                client.resource(Serialization.<GenericKubernetesResource>unmarshal(
                                CLUSTER.formatted(i), GenericKubernetesResource.class))
                        .create();
            }
            measure(command);
        } finally {
            servers.forEach(RedisProcess::close);
        }
    }

    /** What a kubelet would report: the pod runs, at the address of one of the servers. */
    private void runs(KubernetesClient client, Pod pod) {
        String host = servers.get(pods.getAndIncrement() % servers.size()).host();
        try {
            client.resource(pod)
                    .editStatus(it -> new PodBuilder(it)
                            .editOrNewStatus()
                            .withPhase("Running")
                            .withPodIP(host)
                            .withPodIPs(new PodIP(host))
                            .addNewCondition()
                            .withType("Ready")
                            .withStatus("True")
                            .endCondition()
                            .addNewContainerStatus()
                            .withName(it.getSpec().getContainers().getFirst().getName())
                            .withReady(true)
                            .withContainerID("stand-in://" + it.getMetadata().getUid())
                            .withNewState()
                            .withNewRunning()
                            .withStartedAt(it.getMetadata().getCreationTimestamp())
                            .endRunning()
                            .endState()
                            .endContainerStatus()
                            .endStatus()
                            .build());
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private void measure(List<String> command) throws Exception {
        long began = System.nanoTime();
        Process operator = stage.start(command, NAMESPACE);
        try {
            long[] said = {System.nanoTime()};
            stage.await(operator, NAMESPACE, AT_MOST, () -> {
                int serving = serving();
                if (System.nanoTime() - said[0] > TimeUnit.SECONDS.toNanos(5)) {
                    said[0] = System.nanoTime();
                    double seconds = (System.nanoTime() - began) / 1e9;
                    System.err.printf(
                            Locale.ROOT,
                            "%d of %d clusters are ready after %.0f s%s%n",
                            serving,
                            clusters,
                            seconds,
                            serving == 0
                                    ? ""
                                    : String.format(
                                            Locale.ROOT,
                                            ", some %.0f s to go",
                                            seconds * clusters / serving - seconds));
                }
                sleep(Duration.ofMillis(500));
                return serving == clusters;
            });
            double ready = (System.nanoTime() - began) / 1e9;
            System.err.println("all are ready; what nothing costs is measured in "
                    + SETTLING.plus(OBSERVED).toSeconds() + " s");
            sleep(SETTLING);
            double cpu = ProcessFigures.cpuMillis(operator) / 1000;
            long writes = stage.kubernetes.writes() - stage.kubernetes.writes("leases");
            sleep(OBSERVED);
            cpu = ProcessFigures.cpuMillis(operator) / 1000 - cpu;
            writes = stage.kubernetes.writes() - stage.kubernetes.writes("leases") - writes;
            System.out.printf(
                    Locale.ROOT,
                    "| clusters | all ready, s | processor while nothing changes | memory, MB | threads | writes in %d s, but the Lease's | another node asked for, made after, s |%n"
                            + "| --- | --- | --- | --- | --- | --- | --- |%n| %,d | %.0f | %.0f %% of one | %.0f | %d | %d | %.1f |%n",
                    OBSERVED.toSeconds(),
                    clusters,
                    ready,
                    100 * cpu / OBSERVED.toSeconds(),
                    ProcessFigures.megabytes(operator, "VmRSS:"),
                    ProcessFigures.number(operator, "Threads:"),
                    writes,
                    reaction(operator));
        } finally {
            operator.destroy();
            operator.waitFor(60, TimeUnit.SECONDS);
        }
    }

    private int serving() {
        return (int) stage
                .kubernetes
                .client()
                .genericKubernetesResources("slackwater.io/v1alpha1", "PubSubCluster")
                .inNamespace(NAMESPACE)
                .list()
                .getItems()
                .stream()
                .filter(cluster -> cluster.getAdditionalProperties().get("status") instanceof Map<?, ?> status
                        && status.get("replicas") instanceof Number replicas
                        && replicas.intValue() == 1)
                .count();
    }

    /** Seconds from a wish for one more node of one cluster to its pod. */
    private double reaction(Process operator) throws Exception {
        int before = pods.get();
        long began = System.nanoTime();
        stage.kubernetes
                .client()
                .genericKubernetesResources("slackwater.io/v1alpha1", "PubSubCluster")
                .inNamespace(NAMESPACE)
                .withName("c00000")
                .scale(2);
        stage.await(operator, NAMESPACE, Duration.ofMinutes(2), () -> pods.get() > before);
        return (System.nanoTime() - began) / 1e9;
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
