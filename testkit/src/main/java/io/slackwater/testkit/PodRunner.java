package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.slackwater.testkit.PodVolumes.MissingObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pod's life on this machine, from binding to the final delete.
 *
 * <p>A thread of its own sets the pod up and then reports its status whenever a container changes; a second one ends it
 * when its deletion is asked for.
 */
final class PodRunner {
    private static final Logger LOG = LoggerFactory.getLogger(PodRunner.class);
    private static final Duration RETRY = Duration.ofMillis(300);
    private static final Duration REFRESH = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final ContainerRuntime runtime;
    private final Pod pod;
    private final String nodeName;
    private final String podIp;
    private final Path root;
    private final Path log;
    private final Instant startTime = Instant.now();
    private final List<ContainerRunner> containers = new CopyOnWriteArrayList<>();
    private final Semaphore changes = new Semaphore(0);
    private final AtomicBoolean terminating = new AtomicBoolean();
    private final Thread life;
    private volatile long deadlineNanos;
    private volatile boolean initialized;
    private volatile boolean lost;
    private volatile Optional<PodStatus> reported = Optional.empty();

    /** @param root the pod's own folder, created here */
    PodRunner(
            KubernetesClient client,
            ContainerRuntime runtime,
            Pod pod,
            String nodeName,
            String podIp,
            Path root,
            Path log) {
        this.client = client;
        this.runtime = runtime;
        this.pod = pod;
        this.nodeName = nodeName;
        this.podIp = podIp;
        this.root = root;
        this.log = log;
        this.life = Thread.ofVirtual().name("pod-" + name()).unstarted(this::live);
    }

    void start() {
        life.start();
    }

    String name() {
        return pod.getMetadata().getName();
    }

    String namespace() {
        return pod.getMetadata().getNamespace();
    }

    String podIp() {
        return podIp;
    }

    Path log() {
        return log;
    }

    List<ContainerRunner> containers() {
        return containers;
    }

    /** Takes note of a deletion, or of a grace that has been shortened since. */
    void podChanged(Pod now) {
        if (lost || now.getMetadata().getDeletionTimestamp() == null) {
            return;
        }
        long grace = Optional.ofNullable(now.getMetadata().getDeletionGracePeriodSeconds())
                .orElse(0L);
        long deadline = System.nanoTime() + Duration.ofSeconds(grace).toNanos();
        if (terminating.compareAndSet(false, true)) {
            deadlineNanos = deadline;
            LOG.info("pod {} terminates within {} s", name(), grace);
            Thread.ofVirtual().name("terminate-" + name()).start(this::terminate);
        } else if (deadline - deadlineNanos < 0) {
            deadlineNanos = deadline;
        }
    }

    /** The machine is gone: nothing runs, nothing is reported, no deletion is confirmed. */
    void lose() {
        lost = true;
        endProcesses();
    }

    /** Ends everything of the pod on this machine. */
    void endProcesses() {
        life.interrupt();
        containers.forEach(ContainerRunner::killForGood);
    }

    private void live() {
        try {
            retry("binding", this::bind);
            PodVolumes volumes = new PodVolumes(client, pod, root);
            PodEnvironment environment = new PodEnvironment(pod, podIp, nodeName, volumes);
            retry("setting up", () -> {
                volumes.write();
                for (Container container : pod.getSpec().getContainers()) {
                    environment.of(container);
                }
            });
            for (Container container : pod.getSpec().getInitContainers()) {
                retry("init container " + container.getName(), () -> initialize(container, environment));
            }
            initialized = true;
            List<ContainerRunner> all = new ArrayList<>();
            retry("preparing containers", () -> {
                all.clear();
                for (Container container : pod.getSpec().getContainers()) {
                    all.add(runner(container, environment));
                }
            });
            if (!terminating.get() && !Thread.currentThread().isInterrupted()) {
                containers.addAll(all);
                all.forEach(ContainerRunner::start);
            }
            LOG.info("pod {} runs at {}", name(), podIp);
            Thread refresher = Thread.ofVirtual().name("volumes-" + name()).unstarted(() -> refresh(volumes));
            if (!pod.getSpec().getVolumes().isEmpty()) {
                refresher.start();
            }
            try {
                while (true) {
                    changes.drainPermits();
                    retry("reporting", this::report);
                    changes.acquire();
                }
            } finally {
                refresher.interrupt();
            }
        } catch (InterruptedException e) {
            containers.forEach(ContainerRunner::killForGood);
            Thread.currentThread().interrupt();
        }
    }

    private void bind() {
        if (pod.getSpec().getNodeName() != null && !pod.getSpec().getNodeName().isEmpty()) {
            return;
        }
        try {
            client.raw(
                    "/api/v1/namespaces/" + namespace() + "/pods/" + name() + "/binding",
                    "POST",
                    Map.of(
                            "apiVersion",
                            "v1",
                            "kind",
                            "Binding",
                            "metadata",
                            Map.of("name", name(), "namespace", namespace()),
                            "target",
                            Map.of("apiVersion", "v1", "kind", "Node", "name", nodeName)));
        } catch (KubernetesClientException e) {
            if (e.getCode() != 409 && e.getCode() != 404) { // bound by somebody else, or deleted
                throw e;
            }
        }
    }

    private void initialize(Container container, PodEnvironment environment)
            throws IOException, InterruptedException, MissingObject {
        ContainerCommand command = command(container, environment);
        Process process = exec(container, command, environment).start(command.words());
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("init container " + container.getName() + " ended with " + code);
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private ContainerRunner runner(Container container, PodEnvironment environment) throws MissingObject, IOException {
        ContainerCommand command = command(container, environment);
        return new ContainerRunner(
                name(),
                container,
                command,
                exec(container, command, environment),
                Optional.ofNullable(pod.getSpec().getRestartPolicy()).orElse("Always"),
                changes::release);
    }

    private ContainerCommand command(Container container, PodEnvironment environment)
            throws MissingObject, IOException {
        Map<String, String> env = environment.of(container);
        Path folder = Files.createDirectories(root.resolve("containers").resolve(container.getName()));
        ContainerContext context = new ContainerContext(
                pod,
                container,
                podIp,
                words(container.getCommand(), container, environment, env),
                words(container.getArgs(), container, environment, env),
                env,
                folder);
        return runtime.command(context)
                .orElseThrow(() -> new IOException("no runtime knows the image " + container.getImage()
                        + ": give the stand-in kubelet one that does"));
    }

    private static List<String> words(
            List<String> words, Container container, PodEnvironment environment, Map<String, String> env) {
        return words.stream()
                .map(word -> environment.word(word, container, env))
                .toList();
    }

    private LocalExec exec(Container container, ContainerCommand command, PodEnvironment environment) {
        return new LocalExec(
                podIp,
                root.resolve("containers").resolve(container.getName()),
                command.env(),
                log,
                word -> environment.mounted(word, container));
    }

    /** Brings what is mounted up to date every few seconds, until it is interrupted. */
    private void refresh(PodVolumes volumes) {
        try {
            while (!lost) {
                Thread.sleep(REFRESH);
                try {
                    volumes.write();
                } catch (IOException | MissingObject | KubernetesClientException e) {
                    LOG.debug("pod {}: its volumes stay as they are: {}", name(), e.getMessage());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report() {
        if (lost) {
            return;
        }
        PodStatus status = PodReport.of(
                pod,
                podIp,
                startTime,
                initialized,
                containers.stream().map(ContainerRunner::snapshot).toList(),
                reported,
                Instant.now());
        if (reported.equals(Optional.of(status))) {
            return;
        }
        Map<String, Object> patch = new HashMap<>();
        // The uid keeps this report from a namesake that came later.
        patch.put("metadata", Map.of("uid", pod.getMetadata().getUid()));
        patch.put("status", status);
        try {
            resource()
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            client.getKubernetesSerialization().asJson(patch));
            reported = Optional.of(status);
        } catch (KubernetesClientException e) {
            if (e.getCode() != 404 && e.getCode() != 409) { // gone: the informer will tell
                throw e;
            }
        }
    }

    private void terminate() {
        try {
            containers.forEach(ContainerRunner::stopRestarting);
            List<Thread> endings = containers.stream()
                    .map(container ->
                            Thread.ofVirtual().start(() -> new ContainerEnding(container, () -> deadlineNanos).run()))
                    .toList();
            for (Thread ending : endings) {
                ending.join();
            }
            if (lost) {
                return;
            }
            retry("confirming the deletion", this::confirmDeletion);
            LOG.info("pod {} ended", name());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        endProcesses();
    }

    private void confirmDeletion() {
        client.raw(
                "/api/v1/namespaces/" + namespace() + "/pods/" + name(),
                "DELETE",
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "DeleteOptions",
                        "gracePeriodSeconds",
                        0,
                        "preconditions",
                        Map.of("uid", pod.getMetadata().getUid())));
    }

    private PodResource resource() {
        return client.pods().inNamespace(namespace()).withName(name());
    }

    private interface Attempt {
        void run() throws IOException, InterruptedException, MissingObject;
    }

    private void retry(String what, Attempt attempt) throws InterruptedException {
        String told = "";
        while (true) {
            try {
                attempt.run();
                return;
            } catch (KubernetesClientException e) {
                if (e.getCode() == 404 || e.getCode() == 409) {
                    return; // the pod is gone, or another of that name is there
                }
                told = tell(what, String.valueOf(e.getMessage()), told);
            } catch (IOException | MissingObject | RuntimeException e) {
                told = tell(what, String.valueOf(e.getMessage()), told);
            }
            if (lost) {
                return;
            }
            Thread.sleep(RETRY);
        }
    }

    /** Logs a reason once, not at every attempt. */
    private String tell(String what, String reason, String before) {
        if (!reason.equals(before) && !Thread.currentThread().isInterrupted()) {
            LOG.warn("pod {}: {} failed and is tried again: {}", name(), what, reason);
        }
        return reason;
    }
}
