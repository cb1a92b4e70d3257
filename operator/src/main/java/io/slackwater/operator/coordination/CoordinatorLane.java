package io.slackwater.operator.coordination;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that runs the tasks of some coordinators, one after the other. A task that fails is logged; a task that comes after the shutdown is left out. */
final class CoordinatorLane extends ScheduledThreadPoolExecutor {
    private static final Logger log = LoggerFactory.getLogger(CoordinatorLane.class);

    CoordinatorLane(int number) {
        super(
                1,
                Thread.ofPlatform()
                        .daemon()
                        .name("slackwater-coordinator-" + number)
                        .factory(),
                new ThreadPoolExecutor.DiscardPolicy());
        setRemoveOnCancelPolicy(true);
        setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        Throwable failure = thrown;
        if (failure == null && task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
            try {
                future.get();
            } catch (ExecutionException e) {
                failure = e.getCause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        if (failure != null) {
            log.error("the coordinator's thread: a task failed unexpectedly", failure);
        }
    }
}
