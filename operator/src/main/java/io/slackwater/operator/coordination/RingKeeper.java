package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.RingStore.ConflictException;
import io.slackwater.operator.coordination.RingStore.StoreException;
import io.slackwater.operator.coordination.RingStore.Stored;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rings to the store on a thread of its own, one after the other, each until it is certain whether it is stored. A write whose
 * outcome is not known is resolved by reading: nobody else writes the same bytes, because every coordinator has its own term.
 */
final class RingKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RingKeeper.class);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int TAKE_OVER_TRIES = 5;

    private final RingStore store;
    private final ExecutorService thread;
    private @Nullable Stored last;
    private volatile String trouble = "";
    private volatile boolean closed;

    RingKeeper(RingStore store, String cluster) {
        this.store = store;
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("slackwater-store-" + cluster).factory());
    }

    /** What keeps the store from answering, one sentence; empty when nothing does. */
    String trouble() {
        return trouble;
    }

    /** What came of a write. */
    sealed interface Outcome {
        record Kept(Ring ring) implements Outcome {}

        /** Somebody else has written. */
        record Conflict(String reason) implements Outcome {}

        /** Nothing is stored, and nothing was to be written in that case. */
        record Nothing() implements Outcome {}
    }

    /**
     * Takes what is stored under a new term, and stores it so before anything else is done with it.
     *
     * @param initial what to store when nothing is; null to answer {@code Nothing} then
     * @param newer applied to what is stored, when something is
     */
    void takeOver(@Nullable Ring initial, UnaryOperator<Ring> newer, Consumer<Outcome> answer) {
        submit(() -> answer.accept(takeOver(initial, newer)));
    }

    /** Stores the ring in place of what this keeper stored last. */
    void keep(Ring ring, Consumer<Outcome> answer) {
        submit(() -> answer.accept(keep(ring)));
    }

    private Outcome takeOver(@Nullable Ring initial, UnaryOperator<Ring> newer) {
        Outcome outcome = new Outcome.Conflict("closed before the ring was taken over");
        for (int attempt = 0; attempt < TAKE_OVER_TRIES && !closed; attempt++) {
            last = read();
            if (last == null && initial == null) {
                return new Outcome.Nothing();
            }
            Ring next = last == null ? initial : newer.apply(last.ring());
            outcome = keep(Objects.requireNonNull(next));
            if (outcome instanceof Outcome.Kept) {
                return outcome;
            }
        }
        return outcome;
    }

    private Outcome keep(Ring ring) {
        byte[] bytes = RingCodec.encode(ring);
        while (!closed) {
            Stored expected = last;
            try {
                last = store.write(ring, expected);
                settled();
                return new Outcome.Kept(ring);
            } catch (ConflictException e) {
                Stored now = read();
                return isOurs(now, bytes)
                        ? kept(ring, now)
                        : new Outcome.Conflict("the stored ring was changed by another coordinator: " + e.getMessage());
            } catch (StoreException e) {
                wait(e);
                Stored now = read();
                if (isOurs(now, bytes)) {
                    return kept(ring, now);
                }
                if (!sameVersion(now, expected)) {
                    return new Outcome.Conflict("the stored ring was changed by another coordinator");
                }
            }
        }
        return new Outcome.Conflict("closed before the ring was stored");
    }

    private Outcome kept(Ring ring, @Nullable Stored now) {
        last = now;
        return new Outcome.Kept(ring);
    }

    /** Reads until there is an answer; null when nothing is stored, or when closed. */
    private @Nullable Stored read() {
        while (!closed) {
            try {
                Stored now = store.read();
                settled();
                return now;
            } catch (StoreException e) {
                wait(e);
            }
        }
        return null;
    }

    private void wait(StoreException e) {
        if (trouble.isEmpty()) {
            log.warn("the store of the ring does not answer, trying on: {}", e.getMessage());
        }
        trouble = "the ring cannot be persisted: " + e.getMessage();
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException interrupted) {
            closed = true; // only close() interrupts
        }
    }

    private void settled() {
        if (!trouble.isEmpty()) {
            log.info("the store of the ring answers again");
            trouble = "";
        }
    }

    private static boolean isOurs(@Nullable Stored now, byte[] bytes) {
        return now != null && Arrays.equals(RingCodec.encode(now.ring()), bytes);
    }

    private static boolean sameVersion(@Nullable Stored a, @Nullable Stored b) {
        return a == null ? b == null : b != null && a.version().equals(b.version());
    }

    private void submit(Runnable task) {
        if (!closed) {
            thread.execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    log.error("the store of the ring failed unexpectedly", e);
                    trouble = "the ring cannot be persisted: " + e;
                }
            });
        }
    }

    /** Stops; what is not certain by now stays so. */
    @Override
    public void close() {
        closed = true;
        thread.shutdownNow();
    }
}
