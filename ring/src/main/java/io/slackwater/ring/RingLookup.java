package io.slackwater.ring;

/**
 * From a channel's name to its owner in one step: a {@link SlotTable} laid out for reading. Immutable; a lookup allocates nothing. It takes 64 KiB, so keep
 * one for each table, not one for each lookup.
 *
 * <p>Publishing and subscribing during a handover follow the handover, not the owner: see {@link Ring#handoverOf}.
 */
public final class RingLookup {
    private final String[] ownerOfSlot;

    private RingLookup(String[] ownerOfSlot) {
        this.ownerOfSlot = ownerOfSlot;
    }

    /** Lookups in this table, which is assigned. */
    public static RingLookup of(SlotTable table) {
        return new RingLookup(table.toArray());
    }

    /** Id of the node that owns the channel of this name. */
    public String nodeOf(String channel) {
        return ownerOfSlot[Slots.of(channel)];
    }

    /** Id of the node that owns the channel of this name in UTF-8. */
    public String nodeOf(byte[] channel) {
        return ownerOfSlot[Slots.of(channel)];
    }
}
