package io.slackwater.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Competes for a Lease, does its work while it has it, and competes again when it has lost it. Two replicas may believe to lead for
 * a moment, as always with leases; what must have one writer is written by compare-and-set.
 */
final class Leadership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final KubernetesClient client;
    private final OperatorSettings settings;
    private final Supplier<? extends AutoCloseable> work;
    private final ExecutorService election = Executors.newCachedThreadPool(daemon("election"));
    private final ExecutorService worker = Executors.newSingleThreadExecutor(daemon("leadership"));
    private volatile boolean closed;
    private volatile boolean leading;
    private @Nullable CompletableFuture<?> campaign;
    private @Nullable AutoCloseable running;

    /** @param work begins what a leader does; closing its result ends it */
    Leadership(KubernetesClient client, OperatorSettings settings, Supplier<? extends AutoCloseable> work) {
        this.client = client;
        this.settings = settings;
        this.work = work;
    }

    /** Begins to compete. Does not block. */
    synchronized void compete() {
        if (closed) {
            return;
        }
        LeaderElectionConfig config = new LeaderElectionConfig(
                new LeaseLock(settings.leaseNamespace(), settings.leaseName(), settings.identity()),
                settings.leaseDuration(),
                settings.renewDeadline(),
                settings.retryPeriod(),
                new LeaderCallbacks(this::won, this::lost, leader -> LOG.info("leader is {}", leader)),
                true,
                settings.leaseName());
        CompletableFuture<?> begun = new LeaderElector(client, config, election).start();
        campaign = begun;
        begun.whenComplete((ignored, failure) -> {
            if (!closed) {
                LOG.warn("out of the election{}: competing again", failure == null ? "" : " (" + failure + ")");
                CompletableFuture.delayedExecutor(settings.retryPeriod().toMillis(), TimeUnit.MILLISECONDS, election)
                        .execute(this::compete);
            }
        });
    }

    /** Whether this replica leads, as far as it knows. */
    boolean leading() {
        return leading;
    }

    /** Stops working, then gives the Lease back. Idempotent; waits at most 20 s. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            worker.execute(this::end);
        }
        worker.shutdown();
        try {
            if (!worker.awaitTermination(20, TimeUnit.SECONDS)) {
                LOG.warn("work has not ended within 20 s: the Lease is given back all the same");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        CompletableFuture<?> last;
        synchronized (this) {
            last = campaign;
        }
        if (last != null) {
            last.cancel(true);
        }
        election.shutdown();
        try {
            election.awaitTermination(3, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void won() {
        leading = true;
        LOG.info("{} leads", settings.identity());
        submit(this::begin);
    }

    private void lost() {
        leading = false;
        LOG.info("{} does not lead any more", settings.identity());
        submit(this::end);
    }

    private synchronized void submit(Runnable task) {
        if (!closed) {
            worker.execute(task);
        }
    }

    private void begin() {
        if (running != null || !leading || closed) {
            return;
        }
        try {
            running = work.get();
        } catch (RuntimeException | Error e) {
            // An error that ended this thread would leave the Lease with a replica that does nothing.
            LOG.error("could not begin to work: giving the Lease back", e);
            CompletableFuture<?> last;
            synchronized (this) {
                last = campaign;
            }
            if (last != null) {
                last.cancel(true);
            }
        }
    }

    private void end() {
        AutoCloseable was = running;
        running = null;
        if (was != null) {
            try {
                was.close();
            } catch (Exception e) {
                LOG.warn("work did not end in good order", e);
            }
        }
    }

    private static java.util.concurrent.ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
