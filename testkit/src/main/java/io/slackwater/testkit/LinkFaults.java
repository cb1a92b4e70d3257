package io.slackwater.testkit;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** The faults of one direction of a proxy, shared by its connections, and what passed. */
final class LinkFaults {
    private static final long NEVER = Long.MAX_VALUE;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final AtomicLong forwarded = new AtomicLong();
    private final AtomicLong swallowed = new AtomicLong();
    private State state = State.NONE;
    private long budget = NEVER;

    enum Mode {
        FORWARD,
        SWALLOW,
        STALL
    }

    /** @param bytesPerSecond 0 for no limit */
    record State(Duration delay, Duration jitter, long bytesPerSecond, Mode mode) {
        static final State NONE = new State(Duration.ZERO, Duration.ZERO, 0, Mode.FORWARD);

        State withDelay(Duration value) {
            return new State(value, jitter, bytesPerSecond, mode);
        }

        State withJitter(Duration value) {
            return new State(delay, value, bytesPerSecond, mode);
        }

        State withBytesPerSecond(long value) {
            return new State(delay, jitter, value, mode);
        }

        State withMode(Mode value) {
            return new State(delay, jitter, bytesPerSecond, value);
        }
    }

    /**
     * How much of a chunk may pass.
     *
     * @param bytes that may pass, the first of the chunk
     * @param cut whether the connection ends after them
     */
    record Grant(int bytes, boolean cut) {}

    void change(UnaryOperator<State> change) {
        lock.lock();
        try {
            state = change.apply(state);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void cutAfter(long bytes) {
        lock.lock();
        try {
            budget = bytes;
        } finally {
            lock.unlock();
        }
    }

    void heal() {
        change(old -> State.NONE);
        cutAfter(NEVER);
    }

    State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /** Waits while stalled; returns whether bytes are passed on, otherwise they are dropped. */
    boolean awaitTurn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (state.mode() == Mode.STALL) {
                changed.await();
            }
            return state.mode() == Mode.FORWARD;
        } finally {
            lock.unlock();
        }
    }

    /** Takes a chunk out of the budget until the cut. */
    Grant take(int bytes) {
        lock.lock();
        try {
            if (budget == NEVER) {
                return new Grant(bytes, false);
            }
            if (bytes < budget) {
                budget -= bytes;
                return new Grant(bytes, false);
            }
            int last = (int) budget;
            budget = NEVER;
            return new Grant(last, true);
        } finally {
            lock.unlock();
        }
    }

    void countForwarded(int bytes) {
        forwarded.addAndGet(bytes);
    }

    void countSwallowed(int bytes) {
        swallowed.addAndGet(bytes);
    }

    long forwarded() {
        return forwarded.get();
    }

    long swallowed() {
        return swallowed.get();
    }
}
