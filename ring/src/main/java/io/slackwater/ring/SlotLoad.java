package io.slackwater.ring;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each slot costs: deliveries (the sum of {@code PUBLISH} replies) over some span, the same for all slots, and subscriptions now. Immutable.
 *
 * <p>What the planner balances is the {@linkplain #of(int) load}: 64 times the slot's deliveries plus the mean over all
 * slots, rounded up, and at least 1. So a quiet slot is not free, and even without any measurement slots are spread evenly; of a
 * slot's load at most one part in 65 is such a base, on average.
 */
public final class SlotLoad {
    /** Nothing measured: all slots alike. */
    public static final SlotLoad UNIFORM = new SlotLoad(new long[Slots.COUNT], new long[Slots.COUNT]);

    /** Bound of the sum of deliveries and of the sum of subscriptions. */
    public static final long MAX_TOTAL = 10_000_000_000_000_000L;

    private static final int SCALE = 64;

    private final long[] deliveries;
    private final long[] subscriptions;
    private final long base;
    private final long total;

    private SlotLoad(long[] deliveries, long[] subscriptions) {
        this.deliveries = deliveries;
        this.subscriptions = subscriptions;
        long sum = sum(deliveries, "deliveries");
        sum(subscriptions, "subscriptions");
        this.base = Math.max(1, (sum + Slots.COUNT - 1) / Slots.COUNT);
        this.total = SCALE * sum + base * Slots.COUNT;
    }

    /**
     * The load that was measured; the arrays are copied.
     *
     * @param deliveries per slot, none negative, in all at most {@link #MAX_TOTAL}
     * @param subscriptions per slot, with the same bounds
     */
    public static SlotLoad of(long[] deliveries, long[] subscriptions) {
        return new SlotLoad(deliveries.clone(), subscriptions.clone());
    }

    public long deliveries(int slot) {
        return deliveries[slot];
    }

    public long subscriptions(int slot) {
        return subscriptions[slot];
    }

    /** The slot's load, in units that mean nothing but relative to other slots; at least 1. */
    public long of(int slot) {
        return SCALE * deliveries[slot] + base;
    }

    /** The load of all slots. */
    public long total() {
        return total;
    }

    /** The load of each node that owns slots; slots without an owner are left out. */
    public Map<String, Long> perNode(SlotTable table) {
        Map<String, Long> loads = new HashMap<>();
        if (table.isAssigned()) {
            List<String> owners = table.owners();
            long[] sums = new long[owners.size()]; // whoever looks after thousands of tables asks for this all the time
            for (int slot = 0; slot < Slots.COUNT; slot++) {
                sums[table.ownerIndex(slot)] += of(slot);
            }
            for (int i = 0; i < sums.length; i++) {
                loads.put(owners.get(i), sums[i]);
            }
        }
        return loads;
    }

    private static long sum(long[] values, String what) {
        if (values.length != Slots.COUNT) {
            throw new IllegalArgumentException(what + " of " + values.length + " slots: must be 16384");
        }
        long sum = 0;
        for (int slot = 0; slot < values.length; slot++) {
            if (values[slot] < 0 || values[slot] > MAX_TOTAL - sum) {
                throw new IllegalArgumentException(what + " of slot " + slot + " are " + values[slot]
                        + ": must not be negative, and in all at most " + MAX_TOTAL);
            }
            sum += values[slot];
        }
        return sum;
    }

    @Override
    public String toString() {
        return "SlotLoad[deliveries=" + Arrays.stream(deliveries).sum() + ", subscriptions="
                + Arrays.stream(subscriptions).sum() + "]";
    }
}
