package io.slackwater.ring.sim;

import java.util.ArrayDeque;

/** One direction of a connection: what is sent arrives in order, each after a delay, or never. */
final class Link {
    private final Timeline timeline;
    private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();
    private final Runnable arrive = this::arrive;
    private long last;
    private long stalledUntil;

    Link(Timeline timeline) {
        this.timeline = timeline;
    }

    void send(long delay, Runnable what) {
        underWay.add(what);
        last = Math.max(last + 1, timeline.now() + delay);
        timeline.at(last, arrive);
    }

    /** Nothing arrives before that time. */
    void stall(long until) {
        stalledUntil = Math.max(stalledUntil, until);
    }

    /** What is under way is lost, all but the first {@code kept}. */
    void lose(int kept) {
        while (underWay.size() > kept) {
            underWay.removeLast();
        }
    }

    int size() {
        return underWay.size();
    }

    private void arrive() {
        if (timeline.now() < stalledUntil) {
            timeline.at(stalledUntil, arrive);
            return;
        }
        Runnable next = underWay.poll();
        if (next != null) {
            next.run();
        }
    }
}
