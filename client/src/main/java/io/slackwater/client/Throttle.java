package io.slackwater.client;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Lets what happens in a loop into the log once in ten seconds for each subject. For any thread. */
final class Throttle {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MOST_SUBJECTS = 1_000;

    private final Map<String, Long> saidAt = new ConcurrentHashMap<>();

    /** Whether the subject may be logged now; if so it counts as logged. */
    boolean admits(String subject) {
        long now = System.nanoTime();
        Long before = saidAt.get(subject);
        if (before != null && now - before < PAUSE_NANOS) {
            return false;
        }
        if (saidAt.size() >= MOST_SUBJECTS) {
            saidAt.clear();
        }
        saidAt.put(subject, now);
        return true;
    }

    /** The subject is well again: the next time is news. */
    void reset(String subject) {
        saidAt.remove(subject);
    }
}
