package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Snapshot.Notice;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last 256 things that happened. For one thread. */
final class Notices {
    private static final int KEPT = 256;

    private final Deque<Notice> kept = new ArrayDeque<>();
    private long count;

    void add(Instant at, boolean warning, String reason, String message) {
        kept.add(new Notice(++count, at, warning, reason, message));
        if (kept.size() > KEPT) {
            kept.remove();
        }
    }

    List<Notice> all() {
        return List.copyOf(kept);
    }
}
