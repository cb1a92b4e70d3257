package io.slackwater.gateway;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** The connections of an event loop that have something to flush: each is flushed once, at the end of what the loop is doing now. */
final class FlushBatch {
    private final EventLoop loop;
    private List<Outbound> touched = new ArrayList<>();
    private List<Outbound> spare = new ArrayList<>();
    private boolean scheduled;

    FlushBatch(EventLoop loop) {
        this.loop = loop;
    }

    /** Called by an {@link Outbound} when it gets something to flush, once until it is flushed. */
    void add(Outbound outbound) {
        touched.add(outbound);
        if (!scheduled) {
            scheduled = true;
            loop.execute(this::flushScheduled);
        }
    }

    private void flushScheduled() {
        scheduled = false;
        flush();
    }

    /** Flushes now. */
    void flush() {
        List<Outbound> now = touched;
        // Swapped first: a flush that finds a slow consumer ends its session, which may write to others of this list.
        touched = spare;
        for (int i = 0; i < now.size(); i++) {
            now.get(i).flush();
        }
        now.clear();
        spare = now;
    }
}
