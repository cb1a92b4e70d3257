package io.slackwater.gateway;

import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/**
 * Lets clients in at a rate that the gateway can serve. When a gateway nearby dies, all of its clients come at once: those beyond the
 * rate wait, and those beyond the queue are sent away with a time to come again, so that the ones who are inside notice nothing. Safe for
 * all threads.
 *
 * <p>The queue is virtual: each client is given the moment at which its turn is (the generic cell rate algorithm, ITU-T I.371), so there is
 * nothing to keep and to clean.
 */
final class Admission {
    /** A tenth of a second's worth may come at once. */
    private static final double BURST_SECONDS = 0.1;

    /** What becomes of a client. */
    sealed interface Verdict {
        /** Its turn comes after this time, 0 for now. */
        record Admitted(long delayNanos) implements Verdict {}

        /** It is one too many, and may come again after this time. */
        record Refused(int retryAfterSeconds) implements Verdict {}
    }

    private final long intervalNanos;
    private final long burstNanos;
    private final long longestDelayNanos;
    private final LongSupplier nanos;
    private final IntUnaryOperator random;
    private long nextNanos;

    /**
     * @param connectionsPerSecond 0 for as many as come
     * @param queue how many may wait
     * @param random a number from 0 up to its argument, which is left out
     */
    Admission(int connectionsPerSecond, int queue, LongSupplier nanos, IntUnaryOperator random) {
        intervalNanos = connectionsPerSecond == 0 ? 0 : 1_000_000_000L / connectionsPerSecond;
        burstNanos = Math.max(0, (long) (BURST_SECONDS * 1e9) - intervalNanos);
        longestDelayNanos = intervalNanos * queue;
        this.nanos = nanos;
        this.random = random;
        nextNanos = nanos.getAsLong();
    }

    /** Asks for one client. */
    synchronized Verdict ask() {
        if (intervalNanos == 0) {
            return new Verdict.Admitted(0);
        }
        long now = nanos.getAsLong();
        if (nextNanos - now < 0) {
            nextNanos = now;
        }
        long delay = Math.max(0, nextNanos - burstNanos - now);
        if (delay > longestDelayNanos) {
            int seconds = (int) Math.min(60, 1 + delay / 1_000_000_000L);
            // Whoever is sent away in the same second must not come again in the same second.
            return new Verdict.Refused(seconds + random.applyAsInt(2 * seconds + 1));
        }
        nextNanos += intervalNanos;
        return new Verdict.Admitted(delay);
    }
}
