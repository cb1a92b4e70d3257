package io.slackwater.ring.handover;

import io.slackwater.ring.SlotSet;
import io.slackwater.ring.Slots;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What was published, counted per node and slot: written by whichever thread sees a reply, read by the {@link Member} when a term
 * ends. At most 260 KiB per node. Threads need no lock; a reader sees all that was counted before the
 * {@link MemberEvent.AckReplied} it acts on.
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
        private static final int PAGE = 256;

        // A page has two numbers for each of its slots: receivers, unknown.
        private final AtomicReferenceArray<@Nullable AtomicLongArray> pages =
                new AtomicReferenceArray<>(Slots.COUNT / PAGE);

        private Account() {}

        /** The reply of a PUBLISH was seen: so many subscribers were handed it. */
        public void replied(int slot, long count) {
            if (count != 0) {
                page(slot).addAndGet(slot % PAGE * 2, count);
            }
        }

        /** A PUBLISH was written and its reply will not be seen. */
        public void unknown(int slot) {
            page(slot).incrementAndGet(slot % PAGE * 2 + 1);
        }

        private AtomicLongArray page(int slot) {
            AtomicLongArray page = pages.get(slot / PAGE);
            if (page == null) {
                AtomicLongArray fresh = new AtomicLongArray(PAGE * 2);
                page = pages.compareAndExchange(slot / PAGE, null, fresh);
                page = page == null ? fresh : page;
            }
            return page;
        }

        /** What was counted for the slot since the last call, as a book without deliveries. */
        Book close(int slot) {
            AtomicLongArray page = pages.get(slot / PAGE);
            return page == null
                    ? Book.EMPTY
                    : new Book(page.getAndSet(slot % PAGE * 2, 0), 0, page.getAndSet(slot % PAGE * 2 + 1, 0), 0);
        }

        /** The sum of {@link #close(int)} over the slots. */
        Book close(SlotSet slots) {
            Book[] sum = {Book.EMPTY};
            slots.forEach(slot -> {
                if (pages.get(slot / PAGE) != null) {
                    sum[0] = sum[0].plus(close(slot));
                }
            });
            return sum[0];
        }
    }
}
