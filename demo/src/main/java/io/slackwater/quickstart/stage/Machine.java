package io.slackwater.quickstart.stage;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.gateway.GatewayMain;
import io.slackwater.operator.OperatorMain;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.quickstart.PublisherMain;
import io.slackwater.quickstart.naive.NaiveGatewayMain;
import io.slackwater.testkit.ContainerCommand;
import io.slackwater.testkit.EmbeddedKubernetes;
import io.slackwater.testkit.JavaRuntime;
import io.slackwater.testkit.RedisRuntime;
import io.slackwater.testkit.StandInKubelet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One machine that passes for a Kubernetes cluster. Thread-safe. */
public final class Machine implements AutoCloseable {
    /** Namespace of everything. */
    public static final String NAMESPACE = "default";

    private static final int LINES_SHOWN = 15;
    private static final long POLL_MILLIS = 25;

    private final Path logs;
    private final Path kubeconfig;
    private final EmbeddedKubernetes kubernetes;
    private final StandInKubelet kubelet;

    private Machine(Path folder, boolean busy) {
        logs = folder.resolve("logs");
        kubeconfig = folder.resolve("kubeconfig");
        try {
            Files.createDirectories(logs);
            removeFormerLogs();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make the folder " + logs, e);
        }
        kubernetes = EmbeddedKubernetes.start();
        kubernetes.writeKubeconfig(kubeconfig);
        JavaRuntime java = JavaRuntime.sameClassPath(jvmOptions(busy))
                .image(Pods.OPERATOR, OperatorMain.class.getName())
                .image(Pods.GATEWAY, GatewayMain.class.getName())
                .image(Pods.NAIVE_GATEWAY, NaiveGatewayMain.class.getName())
                .image(Pods.PUBLISHER, PublisherMain.class.getName());
        kubelet = StandInKubelet.builder(
                        kubernetes.client(),
                        new RedisRuntime()
                                .or(container -> java.command(container).map(this::resolved)))
                .logs(logs)
                .start();
    }

    /**
     * Starts it.
     *
     * @param folder where logs and the kubeconfig go
     * @param busy whether the processes will have much to do for long, so that better compiled code is worth a slower start
     */
    public static Machine start(Path folder, boolean busy) {
        return new Machine(folder, busy);
    }

    /** Pods have no DNS here: the addresses take the place of the name of the nodes' Service. */
    private ContainerCommand resolved(ContainerCommand command) {
        Map<String, String> environment = new HashMap<>(command.env());
        environment.computeIfPresent("SLACKWATER_SEEDS", (name, service) -> nodes());
        return new ContainerCommand(command.words(), environment);
    }

    /** All that have an address: a ring is in force a moment before the API says who serves, and one that lives will do. */
    private String nodes() {
        return client().pods().inNamespace(NAMESPACE).withLabel(Naming.ROLE, Naming.NODE).list().getItems().stream()
                .map(pod -> pod.getStatus().getPodIP())
                .filter(address -> address != null && !address.isEmpty())
                .map(address -> address + ":" + Naming.PORT)
                .collect(Collectors.joining(","));
    }

    /** Several JVMs share this machine: small heaps, and unless they will be busy a compiler that costs little at the start. */
    private static String[] jvmOptions(boolean busy) {
        return Stream.of(
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        busy ? "-XX:+TieredCompilation" : "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED")
                .toArray(String[]::new);
    }

    /** Pods are named alike in every run, and their logs are appended to. */
    private void removeFormerLogs() throws IOException {
        try (DirectoryStream<Path> former = Files.newDirectoryStream(logs, NAMESPACE + "_*.log")) {
            for (Path log : former) {
                Files.delete(log);
            }
        }
    }

    /** A client of the API server. */
    public KubernetesClient client() {
        return kubernetes.client();
    }

    /** The API server itself. */
    public EmbeddedKubernetes kubernetes() {
        return kubernetes;
    }

    /** The file that kubectl needs. */
    public Path kubeconfig() {
        return kubeconfig;
    }

    /** Creates a pod. */
    void create(Pod pod) {
        client().resource(pod).create();
    }

    /** Kills the pod's process (SIGKILL); it is started again. */
    void kill(String pod) {
        kubelet.kill(pod);
    }

    /**
     * Waits until a pod is ready.
     *
     * @return its address
     * @throws IllegalStateException if it ends or does not become ready; the message has the end of its log
     */
    String awaitReady(String pod, long seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < deadline) {
            Pod now = client().pods().inNamespace(NAMESPACE).withName(pod).get();
            if (now != null && Pods.ready(now)) {
                return now.getStatus().getPodIP();
            }
            if (now != null && Pods.restarts(now) > 0) {
                throw new IllegalStateException("pod " + pod + " has ended" + endOfLog(pod));
            }
            pause();
        }
        throw new IllegalStateException("pod " + pod + " is not ready after " + seconds + " s" + endOfLog(pod));
    }

    /** Pods that ended although nobody asked for it, each with the end of its log. */
    public List<String> fallen(List<String> expected) {
        return client().pods().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(pod -> Pods.restarts(pod) > 0)
                .map(pod -> pod.getMetadata().getName())
                .filter(name -> !expected.contains(name))
                .map(name -> "pod " + name + " has ended" + endOfLog(name))
                .toList();
    }

    private String endOfLog(String pod) {
        Path log = logs.resolve(NAMESPACE + "_" + pod + ".log");
        try {
            List<String> lines = Files.readAllLines(log);
            List<String> end = lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size());
            return "; the end of " + log + ":\n  " + String.join("\n  ", end);
        } catch (IOException e) {
            return "; it has no log";
        }
    }

    /** Between two looks at something. */
    public static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        }
    }

    @Override
    public void close() {
        kubelet.close();
        kubernetes.close();
    }
}
