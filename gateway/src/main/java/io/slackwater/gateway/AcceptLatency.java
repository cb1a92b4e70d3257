package io.slackwater.gateway;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** How long clients have waited lately to be let in: the mean over this second and the one before. Safe for all threads. */
final class AcceptLatency {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LongSupplier nanos;
    private long windowNanos;
    private long sum;
    private long count;
    private long sumBefore;
    private long countBefore;

    AcceptLatency(LongSupplier nanos) {
        this.nanos = nanos;
        windowNanos = nanos.getAsLong();
    }

    /** One was let in. */
    synchronized void record(long waitedNanos) {
        turn();
        sum += waitedNanos;
        count++;
    }

    /** The mean, in milliseconds; empty when nobody came. */
    synchronized OptionalLong millis() {
        turn();
        long all = count + countBefore;
        return all == 0
                ? OptionalLong.empty()
                : OptionalLong.of(TimeUnit.NANOSECONDS.toMillis((sum + sumBefore) / all));
    }

    private void turn() {
        long windows = (nanos.getAsLong() - windowNanos) / WINDOW_NANOS;
        if (windows <= 0) {
            return;
        }
        sumBefore = windows == 1 ? sum : 0;
        countBefore = windows == 1 ? count : 0;
        sum = 0;
        count = 0;
        windowNanos += windows * WINDOW_NANOS;
    }
}
