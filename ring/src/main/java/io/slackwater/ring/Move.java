package io.slackwater.ring;

/**
 * One slot that changes its owner.
 *
 * @param slot 0 to 16,383
 * @param from id of the node that owns it now
 * @param to id of the node that will
 */
public record Move(int slot, String from, String to) {
    public Move {
        Slots.check(slot);
        if (from.equals(to)) {
            throw new IllegalArgumentException("slot " + slot + " moves from " + from + " to itself");
        }
    }
}
