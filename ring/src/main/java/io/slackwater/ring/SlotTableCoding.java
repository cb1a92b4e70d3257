package io.slackwater.ring;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A slot table on the wire. First how many nodes own slots, and for each its number in the ring's list of nodes (dead
 * ones counted on after the live ones); then, unless nobody owns any, the smaller of two forms. Form 0: runs of slots
 * with one owner, each the owner and the run's length less one as a varint. Form 1: the owners, packed into as few bits as their
 * number needs, lowest bits first. With 127 nodes form 1 takes 7 bits a slot: at most 14.5 KiB, whatever the assignment.
 */
final class SlotTableCoding {
    private static final int RUNS = 0;
    private static final int PACKED = 1;

    private SlotTableCoding() {}

    /** @param numberOf the number of a node in the ring's list, 0 to 255 */
    static void write(SlotTable table, ToIntFunction<String> numberOf, WireWriter out) {
        List<String> owners = table.owners();
        out.number(owners.size(), 1);
        owners.forEach(owner -> out.number(numberOf.applyAsInt(owner), 1));
        if (!owners.isEmpty()) {
            byte[] runs = runs(table);
            byte[] packed = packed(table, bits(owners.size()));
            boolean shorter = runs.length <= packed.length;
            out.number(shorter ? RUNS : PACKED, 1).raw(shorter ? runs : packed);
        }
    }

    /** @param nodes ids in the order of their numbers */
    static SlotTable read(WireReader in, List<String> nodes) throws RingFormatException {
        int count = in.small(1);
        if (count > SlotTable.MAX_NODES) {
            throw new RingFormatException("slot table: " + count + " owners, at most 127 are possible");
        }
        if (count == 0) {
            return SlotTable.UNASSIGNED;
        }
        String[] owners = new String[count];
        for (int i = 0; i < count; i++) {
            int number = in.small(1);
            if (number >= nodes.size()) {
                throw new RingFormatException("slot table: owner is node " + number + " of " + nodes.size());
            }
            owners[i] = nodes.get(number);
        }
        int form = in.small(1);
        return SlotTable.of(
                switch (form) {
                    case RUNS -> readRuns(in, owners);
                    case PACKED -> readPacked(in, owners);
                    default -> throw new RingFormatException("slot table: unknown form " + form);
                });
    }

    private static int bits(int owners) {
        return 32 - Integer.numberOfLeadingZeros(owners - 1);
    }

    private static byte[] runs(SlotTable table) {
        WireWriter out = new WireWriter();
        for (int slot = 0; slot < Slots.COUNT; ) {
            int first = slot;
            int owner = table.ownerIndex(slot);
            while (slot < Slots.COUNT && table.ownerIndex(slot) == owner) {
                slot++;
            }
            out.number(owner, 1).varint(slot - first - 1);
        }
        return out.toArray();
    }

    private static String[] readRuns(WireReader in, String[] owners) throws RingFormatException {
        String[] all = new String[Slots.COUNT];
        for (int slot = 0; slot < Slots.COUNT; ) {
            String owner = owner(owners, in.small(1));
            int end = slot + in.varint() + 1;
            if (end > Slots.COUNT) {
                throw new RingFormatException("slot table: a run reaches slot " + (end - 1) + ", the last is 16383");
            }
            Arrays.fill(all, slot, end, owner);
            slot = end;
        }
        return all;
    }

    private static byte[] packed(SlotTable table, int bits) {
        byte[] packed = new byte[Slots.COUNT / 8 * bits];
        long pending = 0;
        int filled = 0;
        int at = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            pending |= (long) table.ownerIndex(slot) << filled;
            for (filled += bits; filled >= 8; filled -= 8) {
                packed[at++] = (byte) pending;
                pending >>>= 8;
            }
        }
        return packed;
    }

    private static String[] readPacked(WireReader in, String[] owners) throws RingFormatException {
        int bits = bits(owners.length);
        String[] all = new String[Slots.COUNT];
        long pending = 0;
        int filled = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            for (; filled < bits; filled += 8) {
                pending |= (long) in.small(1) << filled;
            }
            all[slot] = owner(owners, (int) (pending & (1L << bits) - 1));
            pending >>>= bits;
            filled -= bits;
        }
        return all;
    }

    private static String owner(String[] owners, int index) throws RingFormatException {
        if (index >= owners.length) {
            throw new RingFormatException("slot table: owner " + index + " of " + owners.length);
        }
        return owners[index];
    }
}
