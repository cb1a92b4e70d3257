package io.slackwater.ring.handover;

import io.slackwater.ring.SlotSet;
import io.slackwater.ring.Slots;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** What a member has received, counted per node and slot since the slot's term began there, and where a connection broke meanwhile. */
final class DeliveryCounts {
    private static final int PAGE = 64;

    private final Map<String, Account> accounts = new HashMap<>();

    void received(String node, int slot) {
        account(node).page(slot)[slot % PAGE]++;
    }

    /** A subscribing connection that carried the slot has ended. */
    void interrupted(String node, int slot) {
        account(node).interrupted.set(slot);
    }

    void forget(String node) {
        accounts.remove(node);
    }

    /** What was counted for the slot since the last call. */
    Book close(String node, int slot) {
        Account account = accounts.get(node);
        if (account == null) {
            return Book.EMPTY;
        }
        long[] page = account.pages[slot / PAGE];
        long count = 0;
        if (page != null) {
            count = page[slot % PAGE];
            page[slot % PAGE] = 0;
        }
        boolean broken = account.interrupted.get(slot);
        account.interrupted.clear(slot);
        return count == 0 && !broken ? Book.EMPTY : new Book(0, count, 0, broken ? 1 : 0);
    }

    /** The sum of {@link #close(String, int)} over the slots. */
    Book close(String node, SlotSet slots) {
        Book[] sum = {Book.EMPTY};
        slots.forEach(slot -> sum[0] = sum[0].plus(close(node, slot)));
        return sum[0];
    }

    private Account account(String node) {
        return accounts.computeIfAbsent(node, id -> new Account());
    }

    private static final class Account {
        private final long[][] pages = new long[Slots.COUNT / PAGE][];
        private final BitSet interrupted = new BitSet();

        private long[] page(int slot) {
            long[] page = pages[slot / PAGE];
            if (page == null) {
                page = new long[PAGE];
                pages[slot / PAGE] = page;
            }
            return page;
        }
    }
}
