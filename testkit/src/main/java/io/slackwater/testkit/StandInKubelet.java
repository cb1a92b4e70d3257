package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.slackwater.testkit.ChildProcesses.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does for pods what scheduler and kubelet do, with processes of this machine in place of containers.
 *
 * <p>Every pod gets a loopback address of its own, so that pods may use the same port. Volumes, environment, probes,
 * restarts, preStop hooks and grace periods work as on a real node, and the pod's status tells what happened. All pods
 * of the API server are taken, except those already bound to a node of another name.
 *
 * <p>Processes end with this JVM, however it ends. Thread-safe.
 */
public final class StandInKubelet implements AutoCloseable {
    static final String HOST_IP = "127.0.0.1";

    private static final Logger LOG = LoggerFactory.getLogger(StandInKubelet.class);
    private static final String DEFAULT_NODE = "stand-in";

    private final KubernetesClient client;
    private final ContainerRuntime runtime;
    private final String nodeName;
    private final LoopbackRange addresses;
    private final Path root;
    private final Path logs;
    private final Map<String, PodRunner> runners = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Pod> informer;
    private volatile boolean closed;

    private StandInKubelet(Builder builder) {
        client = builder.client;
        runtime = builder.runtime;
        nodeName = builder.nodeName;
        addresses = builder.addresses.orElseGet(LoopbackRange::ofThisProcess);
        try {
            root = Files.createTempDirectory("slackwater-pods-");
            logs = Files.createDirectories(builder.logs.orElseGet(() -> root.resolve("logs")));
        } catch (IOException e) {
            throw new UncheckedIOException("could not create the folder of the stand-in kubelet", e);
        }
        registerNode();
        informer = client.pods().inAnyNamespace().inform(new Handler());
    }

    /** Starts a kubelet for all pods of the client's API server, with defaults for the rest. */
    public static StandInKubelet start(KubernetesClient client, ContainerRuntime runtime) {
        return builder(client, runtime).start();
    }

    /** Begins to describe a kubelet. */
    public static Builder builder(KubernetesClient client, ContainerRuntime runtime) {
        return new Builder(client, runtime);
    }

    /** What can be chosen about a kubelet. Not thread-safe. */
    public static final class Builder {
        private final KubernetesClient client;
        private final ContainerRuntime runtime;
        private String nodeName = DEFAULT_NODE;
        private Optional<LoopbackRange> addresses = Optional.empty();
        private Optional<Path> logs = Optional.empty();

        private Builder(KubernetesClient client, ContainerRuntime runtime) {
            this.client = client;
            this.runtime = runtime;
        }

        /** The node that pods are bound to; {@code stand-in} unless set. */
        public Builder nodeName(String name) {
            nodeName = name;
            return this;
        }

        /**
         * Where pod addresses come from.
         *
         * @param prefix such as {@code 127.77} or {@code 127.77.3}; without it, one derived from this process's id
         */
        public Builder addresses(String prefix) {
            addresses = Optional.of(new LoopbackRange(prefix));
            return this;
        }

        /** The folder for the pods' output, kept at the end; without it, a temporary one that is not. */
        public Builder logs(Path folder) {
            logs = Optional.of(folder);
            return this;
        }

        /** Starts it. */
        public StandInKubelet start() {
            return new StandInKubelet(this);
        }
    }

    /** Kills the pod's processes (SIGKILL): each is started again in place, with nothing of its memory. */
    public void kill(String podName) {
        runner(podName).containers().forEach(container -> container.signal(Signal.KILL));
    }

    /** Kills the pod's processes and reports that they had run out of memory. */
    public void killOutOfMemory(String podName) {
        runner(podName).containers().forEach(ContainerRunner::killOutOfMemory);
    }

    /** Freezes the pod's processes (SIGSTOP): connections stay open and nobody answers. */
    public void pause(String podName) {
        runner(podName).containers().forEach(container -> container.signal(Signal.STOP));
    }

    /** Ends a {@link #pause}. */
    public void resume(String podName) {
        runner(podName).containers().forEach(container -> container.signal(Signal.CONT));
    }

    /**
     * Loses the machine under the pod: its processes are gone, its status stays as it was, and a deletion is never
     * confirmed.
     */
    public void losePod(String podName) {
        runner(podName).lose();
    }

    /** The file that the output of the pod's containers goes to. */
    public Path log(String podName) {
        return runner(podName).log();
    }

    /** Ends all processes and stops looking after pods; their status stays as it is. */
    @Override
    public void close() {
        closed = true;
        informer.close();
        runners.values().forEach(PodRunner::endProcesses);
        runners.clear();
        TempFiles.delete(root);
    }

    private PodRunner runner(String podName) {
        return runners.values().stream()
                .filter(runner -> runner.name().equals(podName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no pod " + podName + " runs here; there are "
                        + runners.values().stream()
                                .map(PodRunner::name)
                                .sorted()
                                .toList()));
    }

    private void registerNode() {
        try {
            client.resource(new NodeBuilder()
                            .withNewMetadata()
                            .withName(nodeName)
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException e) {
            LOG.debug("node {} is not registered: {}", nodeName, e.getMessage());
        }
    }

    private void consider(Pod pod) {
        String uid = pod.getMetadata().getUid();
        PodRunner known = runners.get(uid);
        if (known != null) {
            known.podChanged(pod);
        } else if (!closed && isOurs(pod)) {
            PodRunner runner = new PodRunner(
                    client,
                    runtime,
                    pod,
                    nodeName,
                    addresses.take(),
                    root.resolve(uid),
                    logs.resolve(pod.getMetadata().getNamespace() + "_"
                            + pod.getMetadata().getName() + ".log"));
            runners.put(uid, runner);
            runner.start();
            runner.podChanged(pod);
        }
    }

    private boolean isOurs(Pod pod) {
        String bound = pod.getSpec().getNodeName();
        String phase =
                pod.getStatus() == null ? "" : String.valueOf(pod.getStatus().getPhase());
        return (bound == null || bound.isEmpty() || bound.equals(nodeName))
                && !phase.equals("Succeeded")
                && !phase.equals("Failed");
    }

    private void forget(Pod pod) {
        PodRunner runner = runners.remove(pod.getMetadata().getUid());
        if (runner != null) {
            runner.endProcesses();
            addresses.giveBack(runner.podIp());
        }
    }

    private final class Handler implements ResourceEventHandler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            consider(pod);
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            consider(after);
        }

        @Override
        public void onDelete(Pod pod, boolean unknown) {
            forget(pod);
        }
    }
}
