package io.slackwater.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Who waits for which channels (or patterns) to be ready. For one thread, except the futures. */
final class Readiness {
    private final Map<String, Entry> waiting = new HashMap<>();

    /** One {@code subscribe()}: complete when all its names are ready and {@link #allNamed} was called. */
    static final class Waiter {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        private int open = 1;

        /** No further name will be added. */
        void allNamed() {
            countDown();
        }

        private void countDown() {
            if (--open == 0) {
                done.complete(null);
            }
        }
    }

    private record Entry(Waiter waiter, @Nullable Entry next) {}

    void await(String name, Waiter waiter) {
        waiter.open++;
        waiting.merge(name, new Entry(waiter, null), (former, added) -> new Entry(waiter, former));
    }

    boolean isAwaited(String name) {
        return waiting.containsKey(name);
    }

    void ready(String name) {
        for (Entry entry = waiting.remove(name); entry != null; entry = entry.next) {
            entry.waiter.countDown();
        }
    }

    void unsubscribed(Collection<String> names) {
        for (String name : names) {
            for (Entry entry = waiting.remove(name); entry != null; entry = entry.next) {
                entry.waiter.done.completeExceptionally(
                        new CancellationException("\"" + name + "\" was unsubscribed before it was ready"));
            }
        }
    }

    void closed() {
        for (Entry first : waiting.values()) {
            for (Entry entry = first; entry != null; entry = entry.next) {
                entry.waiter.done.completeExceptionally(new CancellationException("the client is closed"));
            }
        }
        waiting.clear();
    }
}
