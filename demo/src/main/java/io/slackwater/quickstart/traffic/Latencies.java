package io.slackwater.quickstart.traffic;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Times from publishing to arrival, in microseconds, one histogram a phase. Thread-safe. */
public final class Latencies {
    private static final long LONGEST_MICROS = 600_000_000;

    private final Map<String, ConcurrentHistogram> phases = new LinkedHashMap<>();
    private volatile ConcurrentHistogram current = begin("before");

    /** From now on arrivals count for this phase. */
    public ConcurrentHistogram begin(String phase) {
        synchronized (phases) {
            current = phases.computeIfAbsent(phase, p -> new ConcurrentHistogram(1, LONGEST_MICROS, 3));
            return current;
        }
    }

    void arrived(long publishedMicros) {
        current.recordValue(Math.clamp(now() - publishedMicros, 1, LONGEST_MICROS));
    }

    /** Microseconds of the machine's clock, the same for all processes of it. */
    public static long now() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** What was recorded in the phase; empty if there was no such phase. */
    public Histogram of(String phase) {
        synchronized (phases) {
            ConcurrentHistogram found = phases.get(phase);
            return found == null ? new Histogram(1, LONGEST_MICROS, 3) : found.copy();
        }
    }
}
