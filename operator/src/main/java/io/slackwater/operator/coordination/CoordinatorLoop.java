package io.slackwater.operator.coordination;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Where the tasks of one coordinator run: one after the other, on a thread that it shares with others, so that none may block. Once it is closed nothing of this
 * coordinator runs any more, but what is running. For any thread.
 */
final class CoordinatorLoop implements Executor {
    private final CoordinatorLane lane;
    private volatile boolean closed;

    CoordinatorLoop(CoordinatorLane lane) {
        this.lane = lane;
    }

    @Override
    public void execute(Runnable task) {
        if (!closed) {
            lane.execute(() -> run(task));
        }
    }

    /** Runs one of the two: the second when nothing of this coordinator runs any more. */
    void execute(Runnable task, Runnable otherwise) {
        if (closed) {
            otherwise.run();
        } else {
            lane.execute(() -> (closed ? otherwise : task).run());
        }
    }

    /** Runs the task later, unless the answer is cancelled before. */
    Future<?> schedule(Runnable task, long delayMillis) {
        return lane.schedule(() -> run(task), delayMillis, TimeUnit.MILLISECONDS);
    }

    private void run(Runnable task) {
        if (!closed) {
            task.run();
        }
    }

    void close() {
        closed = true;
    }
}
