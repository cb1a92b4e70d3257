package io.slackwater.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Publishes that cannot be written now, first come first served for each slot. For one thread. */
final class WaitingRoom {
    private final Map<Integer, Deque<Publish>> slots = new HashMap<>();

    boolean has(int slot) {
        return !slots.isEmpty() && slots.containsKey(slot);
    }

    void add(Publish publish) {
        slots.computeIfAbsent(publish.slot, slot -> new ArrayDeque<>()).addLast(publish);
    }

    /** Empties the queues of these slots; what was in one comes in its order. */
    List<Publish> removeIf(IntPredicate chosen) {
        List<Publish> removed = new ArrayList<>();
        slots.entrySet().removeIf(entry -> chosen.test(entry.getKey()) && removed.addAll(entry.getValue()));
        return removed;
    }

    /** @param nanos by {@link System#nanoTime()} */
    List<Publish> removeStartedBefore(long nanos) {
        List<Publish> late = new ArrayList<>();
        for (Iterator<Deque<Publish>> all = slots.values().iterator(); all.hasNext(); ) {
            Deque<Publish> queue = all.next();
            while (!queue.isEmpty() && queue.getFirst().startedAt - nanos < 0) {
                late.add(queue.removeFirst());
            }
            if (queue.isEmpty()) {
                all.remove();
            }
        }
        return late;
    }
}
