package io.slackwater.testkit;

import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.slackwater.testkit.ChildProcesses.Signal;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a container is ended: the preStop hook, then SIGTERM, then SIGKILL when the grace is over. The grace counts from
 * the deletion, hook included.
 *
 * @param deadlineNanos the end of the grace on {@link System#nanoTime()}'s clock, read again and again since it may be
 *     moved forward
 */
record ContainerEnding(ContainerRunner container, LongSupplier deadlineNanos) {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerEnding.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    void run() {
        try {
            Thread hook = Thread.ofVirtual().start(this::preStop);
            while (!hook.join(LOOK) && left().isPositive() && isRunning()) {
                continue;
            }
            hook.interrupt();
            container.signal(Signal.TERM);
            while (!container.awaitEnd(LOOK) && left().isPositive()) {
                continue;
            }
            container.killForGood();
            container.awaitEnd(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isRunning() {
        return container.snapshot().state() instanceof ContainerSnapshot.State.Running;
    }

    private Duration left() {
        return Duration.ofNanos(deadlineNanos.getAsLong() - System.nanoTime());
    }

    private void preStop() {
        if (container.container().getLifecycle() == null
                || container.container().getLifecycle().getPreStop() == null) {
            return;
        }
        LifecycleHandler handler = container.container().getLifecycle().getPreStop();
        try {
            if (handler.getExec() != null) {
                Optional<Integer> code = container.exec().run(handler.getExec().getCommand(), left());
                LOG.info("preStop of {} ended: {}", container.container().getName(), code);
            } else if (handler.getSleep() != null) {
                Thread.sleep(Duration.ofSeconds(handler.getSleep().getSeconds()));
            }
        } catch (IOException e) {
            LOG.warn("preStop of {} failed: {}", container.container().getName(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
