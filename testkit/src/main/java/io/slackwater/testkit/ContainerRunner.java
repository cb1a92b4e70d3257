package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.slackwater.testkit.ChildProcesses.Signal;
import io.slackwater.testkit.ContainerSnapshot.State;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one container's process running as its restart policy says, probes it, and tells how it is.
 *
 * <p>Its own thread starts and awaits processes; other threads only send signals and read the snapshot.
 */
final class ContainerRunner {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerRunner.class);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration STABLE = Duration.ofSeconds(60);

    private final String podName;
    private final Container container;
    private final ContainerCommand command;
    private final LocalExec exec;
    private final String restartPolicy;
    private final Runnable changed;
    private final List<ProbeLoop> probes = new ArrayList<>();
    private final Thread thread;
    private volatile ContainerSnapshot snapshot;
    private volatile @Nullable Process process;
    private volatile boolean stopping;
    private volatile boolean outOfMemory;

    /** @param changed called after every change of the snapshot, on any thread; must return at once */
    ContainerRunner(
            String podName,
            Container container,
            ContainerCommand command,
            LocalExec exec,
            String restartPolicy,
            Runnable changed) {
        this.podName = podName;
        this.container = container;
        this.command = command;
        this.exec = exec;
        this.restartPolicy = restartPolicy;
        this.changed = changed;
        this.snapshot = new ContainerSnapshot(
                container.getName(),
                container.getImage(),
                new State.Waiting("ContainerCreating", ""),
                Optional.empty(),
                0,
                false,
                false,
                "");
        this.thread = Thread.ofVirtual().name("container-" + podName).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    ContainerSnapshot snapshot() {
        return snapshot;
    }

    Container container() {
        return container;
    }

    LocalExec exec() {
        return exec;
    }

    /** Sends a signal to the process, if there is one. */
    void signal(Signal signal) {
        Process current = process;
        if (current != null) {
            ChildProcesses.signal(current, signal);
        }
    }

    /** Kills the process as the kernel does when memory runs out. */
    void killOutOfMemory() {
        outOfMemory = true;
        signal(Signal.KILL);
    }

    /** From now on the process is not started again. */
    void stopRestarting() {
        stopping = true;
    }

    /** Ends everything at once. */
    void killForGood() {
        stopping = true;
        thread.interrupt();
        signal(Signal.KILL);
        closeProbes();
    }

    /** Waits until the process has ended and will not be started again; false if that takes longer. */
    boolean awaitEnd(Duration timeout) throws InterruptedException {
        return thread.join(timeout);
    }

    private void run() {
        Duration backoff = FIRST_BACKOFF;
        try {
            while (!stopping) {
                Instant startedAt = Instant.now();
                State.Terminated end = runOnce(startedAt);
                LOG.info(
                        "pod {} container {} ended: {} ({})",
                        podName,
                        container.getName(),
                        end.reason(),
                        end.exitCode());
                boolean again = !stopping
                        && (restartPolicy.equals("Always") || restartPolicy.equals("OnFailure") && end.exitCode() != 0);
                if (!again) {
                    return;
                }
                if (Duration.between(startedAt, end.finishedAt()).compareTo(STABLE) > 0) {
                    backoff = FIRST_BACKOFF;
                }
                Thread.sleep(backoff);
                backoff = backoff.multipliedBy(2).compareTo(LONGEST_BACKOFF) > 0
                        ? LONGEST_BACKOFF
                        : backoff.multipliedBy(2);
                synchronized (this) {
                    ContainerSnapshot s = snapshot;
                    snapshot = new ContainerSnapshot(
                            s.name(), s.image(), s.state(), Optional.of(end), s.restarts() + 1, false, false, s.id());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeProbes();
        }
    }

    private State.Terminated runOnce(Instant startedAt) throws InterruptedException {
        String id = "process://" + UUID.randomUUID();
        outOfMemory = false;
        int exitCode;
        try {
            Process started = exec.start(command.words());
            process = started;
            if (stopping) {
                started.destroyForcibly();
            }
            become(
                    new State.Running(startedAt),
                    id,
                    container.getReadinessProbe() == null,
                    container.getStartupProbe() == null);
            startProbes();
            exitCode = started.waitFor();
        } catch (IOException e) {
            LOG.warn("pod {} container {} could not start: {}", podName, container.getName(), e.getMessage());
            exitCode = 128;
        }
        closeProbes();
        String reason = outOfMemory ? "OOMKilled" : exitCode == 0 ? "Completed" : "Error";
        var end = new State.Terminated(exitCode, reason, startedAt, Instant.now(), id);
        become(end, id, false, false);
        return end;
    }

    private void startProbes() {
        Probe startup = container.getStartupProbe();
        if (startup == null) {
            startMainProbes();
            return;
        }
        probe(startup, passed -> {
            if (passed) {
                boolean ready = container.getReadinessProbe() == null;
                synchronized (this) {
                    become(snapshot.state(), snapshot.id(), ready, true);
                }
                startMainProbes();
            } else {
                signal(Signal.KILL);
            }
        });
    }

    private void startMainProbes() {
        if (container.getReadinessProbe() != null) {
            probe(container.getReadinessProbe(), this::setReady);
        }
        if (container.getLivenessProbe() != null) {
            probe(container.getLivenessProbe(), alive -> {
                if (!alive && !stopping) {
                    LOG.info("pod {} container {} failed its liveness probe", podName, container.getName());
                    signal(Signal.KILL);
                }
            });
        }
    }

    private void probe(Probe probe, java.util.function.Consumer<Boolean> verdict) {
        synchronized (probes) {
            probes.add(new ProbeLoop(new ProbeCheck(probe, container, exec), verdict));
        }
    }

    private void closeProbes() {
        synchronized (probes) {
            probes.forEach(ProbeLoop::close);
            probes.clear();
        }
    }

    private synchronized void setReady(boolean ready) {
        if (snapshot.state() instanceof State.Running) {
            become(snapshot.state(), snapshot.id(), ready, true);
        }
    }

    private synchronized void become(State state, String id, boolean ready, boolean started) {
        ContainerSnapshot s = snapshot;
        snapshot = new ContainerSnapshot(s.name(), s.image(), state, s.last(), s.restarts(), ready, started, id);
        changed.run();
    }
}
