package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Coordinators share a thread, and the end of one is nothing to the others. */
class CoordinatorLoopTest {
    private final CoordinatorThreads threads = new CoordinatorThreads(1);
    private final CoordinatorLoop one = threads.loop();
    private final CoordinatorLoop other = threads.loop();
    private final List<String> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        threads.close();
    }

    private void settle() throws Exception {
        CompletableFuture<Void> last = new CompletableFuture<>();
        other.execute(() -> last.complete(null));
        last.get(10, TimeUnit.SECONDS);
    }

    /** Keeps the thread busy until the latch is counted down. */
    private CountDownLatch busyUntil() {
        CountDownLatch latch = new CountDownLatch(1);
        one.execute(() -> {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return latch;
    }

    @Test
    void tasks_run_one_after_the_other_and_one_that_fails_ends_nothing() throws Exception {
        one.execute(() -> ran.add("first"));
        one.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        other.execute(() -> ran.add("of the other"));
        one.execute(() -> ran.add("last"));
        settle();
        assertThat(ran).containsExactly("first", "of the other", "last");
    }

    @Test
    void what_comes_or_is_due_after_the_end_is_left_out_and_the_other_goes_on() throws Exception {
        CountDownLatch closed = busyUntil();
        one.execute(() -> ran.add("waiting when it ended"));
        one.schedule(() -> ran.add("due later"), 1);
        other.schedule(() -> ran.add("of the other"), 1);
        one.close();
        closed.countDown();
        one.execute(() -> ran.add("too late"));
        for (int i = 0; i < 1_000 && ran.isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        settle();
        assertThat(ran).containsExactly("of the other");
    }

    @Test
    void what_must_not_be_lost_is_dealt_with_otherwise() throws Exception {
        CountDownLatch closed = busyUntil();
        one.execute(() -> ran.add("used"), () -> ran.add("closed, waiting"));
        one.close();
        closed.countDown();
        one.execute(() -> ran.add("used"), () -> ran.add("closed, late"));
        settle();
        assertThat(ran).containsExactlyInAnyOrder("closed, waiting", "closed, late");
    }
}
