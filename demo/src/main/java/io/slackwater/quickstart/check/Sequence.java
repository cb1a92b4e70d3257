package io.slackwater.quickstart.check;

import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** What one subscriber has seen of one publisher on one channel. Not thread-safe. */
final class Sequence {
    /** What an arrival was. */
    enum Arrival {
        /** The next number. */
        NEXT,
        /** A higher number: those between are missing so far. */
        AHEAD,
        /** One that was missing: it came after a higher number. */
        LATE,
        /** A number that had come before. */
        AGAIN
    }

    private long last;
    private final NavigableSet<Long> missing = new TreeSet<>();

    Arrival arrived(long n) {
        if (n == last + 1) {
            last = n;
            return Arrival.NEXT;
        }
        if (n > last) {
            for (long skipped = last + 1; skipped < n; skipped++) {
                missing.add(skipped);
            }
            last = n;
            return Arrival.AHEAD;
        }
        return missing.remove(n) ? Arrival.LATE : Arrival.AGAIN;
    }

    /** Numbers that have been overtaken and have not come. */
    int missing() {
        return missing.size();
    }

    /**
     * The messages that never came.
     *
     * @param published the last number that was published
     * @param exempt numbers whose outcome is not known or that were not sent: they need not have come
     */
    List<Long> lost(long published, Set<Long> exempt) {
        return LongStream.concat(
                        missing.stream().mapToLong(Long::longValue).filter(n -> n <= published),
                        LongStream.rangeClosed(last + 1, published))
                .filter(n -> !exempt.contains(n))
                .boxed()
                .toList();
    }
}
