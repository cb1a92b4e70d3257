package io.slackwater.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Which node owns which slot: immutable, every slot has an owner or none does ({@link #UNASSIGNED}, before the first plan).
 * A lookup is one array read.
 */
public final class SlotTable {
    /** Most nodes of one table: with that many its encoding stays within 16 KiB. */
    public static final int MAX_NODES = 127;

    /** The table before the first plan. */
    public static final SlotTable UNASSIGNED = new SlotTable(List.of(), new byte[0]);

    private final List<String> owners;
    private final byte[] ownerOfSlot;
    private volatile @Nullable Map<String, Integer> slotsPerNode; // counted when somebody asks

    private SlotTable(List<String> owners, byte[] ownerOfSlot) {
        this.owners = owners;
        this.ownerOfSlot = ownerOfSlot;
    }

    /**
     * The table in which slot {@code i} belongs to {@code ownerOfSlot[i]}.
     *
     * @param ownerOfSlot 16,384 node ids, at most {@link #MAX_NODES} different ones
     */
    public static SlotTable of(String[] ownerOfSlot) {
        if (ownerOfSlot.length != Slots.COUNT) {
            throw new IllegalArgumentException("a slot table has 16384 slots, not " + ownerOfSlot.length);
        }
        Map<String, Integer> index = new LinkedHashMap<>();
        byte[] compact = new byte[Slots.COUNT];
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            String owner = Objects.requireNonNull(ownerOfSlot[slot]);
            if (slot > 0 && owner.equals(ownerOfSlot[slot - 1])) { // the common case, without hashing the id
                compact[slot] = compact[slot - 1];
                continue;
            }
            Integer at = index.get(owner);
            if (at == null) {
                at = index.size();
                index.put(owner, at);
            }
            compact[slot] = at.byteValue();
        }
        if (index.size() > MAX_NODES) {
            throw new IllegalArgumentException(index.size() + " nodes own slots: at most " + MAX_NODES + " can");
        }
        return new SlotTable(List.copyOf(index.keySet()), compact);
    }

    public boolean isAssigned() {
        return ownerOfSlot.length != 0;
    }

    /** Id of the node that owns the slot, or null in {@link #UNASSIGNED}. */
    public @Nullable String owner(int slot) {
        Slots.check(slot);
        return isAssigned() ? owners.get(ownerOfSlot[slot]) : null;
    }

    /** Where the slot's owner stands in {@link #owners()}. Only an assigned table has owners. */
    int ownerIndex(int slot) {
        return ownerOfSlot[slot];
    }

    /** Ids of the nodes that own at least one slot, in the order of their first slot. */
    public List<String> owners() {
        return owners;
    }

    /** The slots of the node; empty when it owns none. */
    public SlotSet slotsOf(String node) {
        int at = owners.indexOf(node);
        if (at < 0) {
            return SlotSet.EMPTY;
        }
        int[] slots = new int[Slots.COUNT];
        int count = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            if (ownerOfSlot[slot] == at) {
                slots[count++] = slot;
            }
        }
        return SlotSet.of(Arrays.copyOf(slots, count));
    }

    /** How many slots each node owns; nodes without any are not listed. Cheap from the second time on; not to be changed. */
    public Map<String, Integer> slotsPerNode() {
        Map<String, Integer> counted = slotsPerNode;
        if (counted == null) {
            counted = Collections.unmodifiableMap(count());
            slotsPerNode = counted;
        }
        return counted;
    }

    private Map<String, Integer> count() {
        int[] counts = new int[owners.size()];
        for (byte at : ownerOfSlot) {
            counts[at]++;
        }
        Map<String, Integer> result = new LinkedHashMap<>();
        for (int i = 0; i < counts.length; i++) {
            result.put(owners.get(i), counts[i]);
        }
        return result;
    }

    /** This table with the slots given to {@code node}. Only an assigned table can be changed so. */
    public SlotTable with(SlotSet slots, String node) {
        if (!isAssigned()) {
            throw new IllegalStateException("no slot is assigned yet");
        }
        List<String> names = new ArrayList<>(owners);
        int known = names.indexOf(node);
        byte at = (byte) (known < 0 ? names.size() : known);
        if (known < 0) {
            names.add(node);
        }
        byte[] changed = ownerOfSlot.clone();
        slots.forEach(slot -> changed[slot] = at);
        return renumbered(names, changed);
    }

    // Numbers the owners in the order of their first slot again, so that equal tables are equal bytes.
    private static SlotTable renumbered(List<String> names, byte[] ownerOfSlot) {
        int[] number = new int[names.size()];
        Arrays.fill(number, -1);
        List<String> owners = new ArrayList<>(names.size());
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            int at = ownerOfSlot[slot] & 0xff;
            if (number[at] < 0) {
                number[at] = owners.size();
                owners.add(names.get(at));
            }
            ownerOfSlot[slot] = (byte) number[at];
        }
        if (owners.size() > MAX_NODES) {
            throw new IllegalArgumentException(owners.size() + " nodes own slots: at most " + MAX_NODES + " can");
        }
        return new SlotTable(List.copyOf(owners), ownerOfSlot);
    }

    /** For each slot, where its owner stands in {@link #owners()}; empty when unassigned. The array is the caller's own. */
    public byte[] ownerIndices() {
        return ownerOfSlot.clone();
    }

    /** Calls {@code action} with each slot that has another owner in {@code next}, and its owner here. Nothing if either is unassigned. */
    public void forEachDifference(SlotTable next, ObjIntConsumer<String> action) {
        if (this == next || !isAssigned() || !next.isAssigned()) {
            return;
        }
        int[] same = new int[owners.size()];
        for (int i = 0; i < same.length; i++) {
            same[i] = next.owners.indexOf(owners.get(i));
        }
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            if (same[ownerOfSlot[slot]] != next.ownerOfSlot[slot]) {
                action.accept(owners.get(ownerOfSlot[slot]), slot);
            }
        }
    }

    /** Owner per slot, in an array of the caller's own. */
    public String[] toArray() {
        if (!isAssigned()) {
            throw new IllegalStateException("no slot is assigned yet");
        }
        String[] all = new String[Slots.COUNT];
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            all[slot] = owners.get(ownerOfSlot[slot]);
        }
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotTable that
                && owners.equals(that.owners)
                && Arrays.equals(ownerOfSlot, that.ownerOfSlot);
    }

    @Override
    public int hashCode() {
        return 31 * owners.hashCode() + Arrays.hashCode(ownerOfSlot);
    }

    @Override
    public String toString() {
        return slotsPerNode().toString();
    }
}
