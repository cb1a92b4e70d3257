package io.slackwater.ring;

import java.util.Arrays;

/**
 * A slot set on the wire, in the smaller of two forms. Form 0, ranges: their number, then for each the gap since the end
 * of the one before and its length less one, all varints. Form 1: 2,048 bytes, slot 0 in the lowest bit of the first.
 */
final class SlotSetCoding {
    private static final int RANGES = 0;
    private static final int BITMAP = 1;
    private static final int BITMAP_BYTES = Slots.COUNT / 8;

    private SlotSetCoding() {}

    static void write(SlotSet set, WireWriter out) {
        byte[] ranges = ranges(set);
        if (ranges.length <= BITMAP_BYTES) {
            out.number(RANGES, 1).raw(ranges);
        } else {
            byte[] bits = new byte[BITMAP_BYTES];
            set.forEach(slot -> bits[slot >> 3] |= (byte) (1 << (slot & 7)));
            out.number(BITMAP, 1).raw(bits);
        }
    }

    static SlotSet read(WireReader in) throws RingFormatException {
        int form = in.small(1);
        return switch (form) {
            case RANGES -> readRanges(in);
            case BITMAP -> readBitmap(in);
            default -> throw new RingFormatException("slot set: unknown form " + form);
        };
    }

    private static byte[] ranges(SlotSet set) {
        int[] slots = set.toArray();
        WireWriter body = new WireWriter();
        int count = 0;
        int end = 0;
        for (int i = 0; i < slots.length; ) {
            int first = i;
            while (i + 1 < slots.length && slots[i + 1] == slots[i] + 1) {
                i++;
            }
            body.varint(slots[first] - end).varint(i - first);
            end = slots[i] + 1;
            count++;
            i++;
        }
        return new WireWriter().varint(count).raw(body.toArray()).toArray();
    }

    private static SlotSet readRanges(WireReader in) throws RingFormatException {
        int count = in.varint();
        int[] slots = new int[Slots.COUNT];
        int size = 0;
        int end = 0;
        for (int i = 0; i < count; i++) {
            int first = end + in.varint();
            end = first + in.varint() + 1;
            if (end > Slots.COUNT) {
                throw new RingFormatException("slot set: names slot " + (end - 1) + ", the last is 16383");
            }
            for (int slot = first; slot < end; slot++) {
                slots[size++] = slot;
            }
        }
        return SlotSet.of(Arrays.copyOf(slots, size));
    }

    private static SlotSet readBitmap(WireReader in) throws RingFormatException {
        int[] slots = new int[Slots.COUNT];
        int size = 0;
        for (int slot = 0; slot < Slots.COUNT; slot += 8) {
            int bits = in.small(1);
            for (int i = 0; i < 8; i++) {
                if ((bits & 1 << i) != 0) {
                    slots[size++] = slot + i;
                }
            }
        }
        return SlotSet.of(Arrays.copyOf(slots, size));
    }
}
