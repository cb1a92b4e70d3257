package io.slackwater.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A clock that stands still until it is told otherwise, with tasks that run when their time comes.
 *
 * <p>Tasks run on the thread that moves the clock, one after the other in the order of their times (those of the same
 * time in the order they were scheduled), each seeing its own time; they may schedule further tasks and must not move
 * the clock. A jump backwards runs nothing. Thread-safe. Clocks made by {@link #withZone} show the same time.
 */
public final class TestClock extends Clock {
    private final Shared shared;
    private final ZoneId zone;

    /** What {@link #schedule} gives back. */
    public static final class Task {
        private final Runnable work;
        private final Instant time;
        private final long order;
        private final AtomicBoolean done = new AtomicBoolean();

        private Task(Runnable work, Instant time, long order) {
            this.work = work;
            this.time = time;
            this.order = order;
        }

        /** Keeps the task from running; false if it has run or was cancelled before. */
        public boolean cancel() {
            return done.compareAndSet(false, true);
        }

        private void run() {
            if (done.compareAndSet(false, true)) {
                work.run();
            }
        }
    }

    private static final class Shared {
        private final PriorityQueue<Task> tasks = new PriorityQueue<>(
                Comparator.comparing((Task task) -> task.time).thenComparing(task -> task.order));
        private Instant now;
        private long scheduled;
        private boolean moving;

        private Shared(Instant now) {
            this.now = now;
        }
    }

    private TestClock(Shared shared, ZoneId zone) {
        this.shared = shared;
        this.zone = zone;
    }

    /** A clock in UTC that stands at this time. */
    public static TestClock at(Instant start) {
        return new TestClock(new Shared(start), ZoneOffset.UTC);
    }

    /**
     * A clock in UTC that stands at this time.
     *
     * @param start as in {@link Instant#parse}, such as {@code 2026-03-29T00:59:00Z}
     */
    public static TestClock at(String start) {
        return at(Instant.parse(start));
    }

    /**
     * Moves the clock forward and runs what becomes due, as well as what that schedules for times up to the new one.
     *
     * @throws IllegalArgumentException if the duration is negative: {@link #set} is for jumps
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException(
                    "cannot advance by " + duration + ": a jump backwards is made with set()");
        }
        Instant goal;
        synchronized (shared) {
            goal = shared.now.plus(duration);
        }
        set(goal);
    }

    /**
     * Sets the clock, forwards or backwards. Forwards, what becomes due runs as in {@link #advance}.
     *
     * @throws IllegalStateException if called from a task or while another thread moves the clock
     */
    public void set(Instant time) {
        synchronized (shared) {
            if (shared.moving) {
                throw new IllegalStateException("the clock is being moved already");
            }
            shared.moving = true;
        }
        try {
            Optional<Task> next = nextUpTo(time);
            while (next.isPresent()) {
                next.get().run();
                next = nextUpTo(time);
            }
        } finally {
            synchronized (shared) {
                shared.moving = false;
            }
        }
    }

    /** Runs the work when the clock has moved on by this much; at the next movement if it is zero or negative. */
    public Task schedule(Duration after, Runnable work) {
        synchronized (shared) {
            Task task = new Task(work, shared.now.plus(after), shared.scheduled++);
            shared.tasks.add(task);
            return task;
        }
    }

    /** When the next task is due; empty when none is scheduled. */
    public Optional<Instant> nextTask() {
        synchronized (shared) {
            shared.tasks.removeIf(task -> task.done.get());
            return Optional.ofNullable(shared.tasks.peek()).map(task -> task.time);
        }
    }

    @Override
    public Instant instant() {
        synchronized (shared) {
            return shared.now;
        }
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public TestClock withZone(ZoneId other) {
        return new TestClock(shared, other);
    }

    /** Takes the next task that is due by then and sets the clock to its time; without one, to the goal. */
    private Optional<Task> nextUpTo(Instant goal) {
        synchronized (shared) {
            Task next = shared.tasks.peek();
            if (next == null || next.time.isAfter(goal)) {
                shared.now = goal;
                return Optional.empty();
            }
            shared.tasks.poll();
            if (next.time.isAfter(shared.now)) {
                shared.now = next.time;
            }
            return Optional.of(next);
        }
    }
}
