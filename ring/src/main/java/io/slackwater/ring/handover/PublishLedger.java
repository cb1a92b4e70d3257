package io.slackwater.ring.handover;

import io.slackwater.ring.SlotSet;
import io.slackwater.ring.Slots;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What was published, counted per node and slot: written by whichever thread sees a reply, read by the {@link Member} when a term
 * ends. 192 KiB per node. Threads need no lock; a reader sees all that was counted before the {@link MemberEvent.AckReplied} it acts on.
 */
public final class PublishLedger {
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();

    /** Counters of one node; may be kept by whoever publishes there. */
    public Account account(String node) {
        return accounts.computeIfAbsent(node, id -> new Account());
    }

    void forget(String node) {
        accounts.remove(node);
    }

    /** Counters of one node. */
    public static final class Account {
        private final AtomicLongArray receivers = new AtomicLongArray(Slots.COUNT);
        private final AtomicIntegerArray unknown = new AtomicIntegerArray(Slots.COUNT);

        private Account() {}

        /** The reply of a PUBLISH was seen. */
        public void replied(int slot, long count) {
            if (count != 0) {
                receivers.addAndGet(slot, count);
            }
        }

        /** A PUBLISH was written and its reply will not be seen. */
        public void unknown(int slot) {
            unknown.incrementAndGet(slot);
        }

        /** What was counted for the slots since the last call, as a book without deliveries. */
        Book close(SlotSet slots) {
            long[] sums = new long[2];
            slots.forEach(slot -> {
                sums[0] += receivers.getAndSet(slot, 0);
                sums[1] += unknown.getAndSet(slot, 0);
            });
            return new Book(sums[0], 0, sums[1], 0);
        }
    }
}
