package io.slackwater.ring.sim;

import java.util.PriorityQueue;

/** Virtual time in microseconds, and what is to happen when. Steps of the same time run in the order they were asked for. */
final class Timeline {
    private final PriorityQueue<Step> steps = new PriorityQueue<>(512);
    private long now;
    private long asked;

    /** Microseconds since the start. */
    long now() {
        return now;
    }

    /** Runs the step at that time, or now if it has passed. */
    void at(long time, Runnable what) {
        steps.add(new Step(Math.max(time, now), asked++, what));
    }

    void after(long delay, Runnable what) {
        at(now + delay, what);
    }

    /** Runs the next step; false when there is none. */
    boolean step() {
        Step next = steps.poll();
        if (next == null) {
            return false;
        }
        now = next.time;
        next.what.run();
        return true;
    }

    private record Step(long time, long number, Runnable what) implements Comparable<Step> {
        @Override
        public int compareTo(Step other) {
            int byTime = Long.compare(time, other.time);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }
}
