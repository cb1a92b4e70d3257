package io.slackwater.ring;

/** The 16,384 slots, numbered as Redis Cluster numbers its key slots. */
public final class Slots {
    /** How many there are. */
    public static final int COUNT = 16_384;

    private Slots() {}

    static void check(int slot) {
        if (slot < 0 || slot >= COUNT) {
            throw new IllegalArgumentException("slot " + slot + ": must be 0 to 16383");
        }
    }
}
