package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.ConnectionName;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator of one cluster over real connections: the state machine of {@code ring/} with Lettuce on one side and a
 * {@link RingStore} on the other. Everything happens on one thread at a time; calls hand over and return.
 *
 * <p>It starts with the first wish: reads what is stored, takes it over, and leads until it is closed or somebody else has written.
 * Then it is deposed for good: close it, and make another one if this process is still to lead.
 */
public final class LettuceCoordinator implements ClusterCoordinator {
    private static final Logger log = LoggerFactory.getLogger(LettuceCoordinator.class);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PROOF_TIMEOUT = Duration.ofMillis(4_900);

    private final CoordinatorLoop loop;
    private final RingKeeper keeper;
    private final NodeDialer dialer;
    private final Conductor conductor;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Snapshot snapshot;

    /**
     * Makes one that does nothing yet.
     *
     * @param threads closed later than this
     * @param cluster 1 to 128 of {@code [A-Za-z0-9._/-]}, the same for all members
     * @param shown what it is called in the log: others may have the same name elsewhere
     * @param access how to log in to the nodes
     * @param store where the ring is persisted
     * @param metrics closed with it
     * @param clock for what is shown; durations are measured with another
     */
    public LettuceCoordinator(
            CoordinatorThreads threads,
            String cluster,
            String shown,
            NodeAccess access,
            RingStore store,
            CoordinatorMetrics metrics,
            Clock clock) {
        this(threads, cluster, shown, access, store, metrics, clock, ConnectionName.VERSION);
    }

    /** @param highestVersion of the protocol in which rings are published, whatever members read */
    LettuceCoordinator(
            CoordinatorThreads threads,
            String cluster,
            String shown,
            NodeAccess access,
            RingStore store,
            CoordinatorMetrics metrics,
            Clock clock,
            int highestVersion) {
        this.snapshot = new Snapshot(
                clock.instant(),
                null,
                false,
                Map.of(),
                null,
                null,
                0,
                "no wish yet",
                List.of(),
                100,
                null,
                Snapshot.Measurements.NONE,
                List.of());
        this.loop = threads.loop();
        this.keeper = new RingKeeper(store, cluster);
        this.dialer = new NodeDialer(access, new ClusterNames(cluster), threads.resources());
        this.conductor = new Conductor(
                shown,
                loop,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                clock,
                dialer,
                keeper,
                metrics,
                highestVersion,
                this::publish);
    }

    /** Calls the listener when the snapshot shows something new, on the coordinator's thread: it must return at once. */
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }

    @Override
    public void wish(Wish wish) {
        loop.execute(() -> conductor.wish(wish));
    }

    @Override
    public Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public @Nullable Ring published() {
        return conductor.published();
    }

    @Override
    public CompletionStage<Proof> proveRemovable(String podUid) {
        CompletableFuture<Proof> proof = new CompletableFuture<>();
        loop.execute(() -> conductor.proveRemovable(podUid).whenComplete((value, error) -> {
            if (error != null) {
                proof.complete(new Proof.Refused("the proof failed: " + error));
            } else {
                proof.complete(value);
            }
        }));
        return proof.completeOnTimeout(
                new Proof.Refused("no answer in time"), PROOF_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        keeper.close();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                conductor.close();
            } finally {
                loop.close();
                ended.complete(null);
            }
        });
        try {
            ended.get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            log.warn("the coordinator did not end within {}: it will as soon as its thread gets to it", CLOSE_TIMEOUT);
        }
        dialer.close();
    }

    private void publish(Snapshot next) {
        Snapshot former = snapshot;
        snapshot = next;
        if (!sameButForTime(former, next)) {
            for (Runnable listener : listeners) {
                try {
                    listener.run();
                } catch (RuntimeException e) {
                    log.error("a listener failed", e);
                }
            }
        }
    }

    private static boolean sameButForTime(Snapshot a, Snapshot b) {
        return a.leading() == b.leading()
                && a.ring() == b.ring()
                && a.nodes().equals(b.nodes())
                && a.members() == b.members()
                && a.waiting().equals(b.waiting())
                && a.cutOff().equals(b.cutOff())
                && moved(a) == moved(b)
                && Objects.equals(a.lastMigration(), b.lastMigration())
                && a.notices().size() == b.notices().size()
                && (b.notices().isEmpty()
                        || a.notices().getLast().equals(b.notices().getLast()));
    }

    private static int moved(Snapshot snapshot) {
        Snapshot.Migration migration = snapshot.migration();
        return migration == null ? -1 : migration.slotsMoved();
    }
}
