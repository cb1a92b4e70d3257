package io.slackwater.ring;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.IntConsumer;

/** An immutable set of slots, 0 to 16,383. 2 KiB each, whatever it holds. */
public final class SlotSet {
    /** The set of no slot. */
    public static final SlotSet EMPTY = new SlotSet(new long[Slots.COUNT / 64]);

    private final long[] words;
    private final int size;

    private SlotSet(long[] words) {
        this.words = words;
        this.size = Arrays.stream(words).mapToInt(Long::bitCount).sum();
    }

    /** The set of the given slots; duplicates are allowed. */
    public static SlotSet of(int... slots) {
        long[] words = new long[Slots.COUNT / 64];
        for (int slot : slots) {
            Slots.check(slot);
            words[slot >>> 6] |= 1L << slot;
        }
        return new SlotSet(words);
    }

    /** The set of the given slots; duplicates are allowed. */
    public static SlotSet of(Collection<Integer> slots) {
        return of(slots.stream().mapToInt(Integer::intValue).toArray());
    }

    public boolean contains(int slot) {
        return slot >= 0 && slot < Slots.COUNT && (words[slot >>> 6] & 1L << slot) != 0;
    }

    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public boolean intersects(SlotSet other) {
        for (int i = 0; i < words.length; i++) {
            if ((words[i] & other.words[i]) != 0) {
                return true;
            }
        }
        return false;
    }

    public SlotSet union(SlotSet other) {
        long[] result = words.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] |= other.words[i];
        }
        return new SlotSet(result);
    }

    public SlotSet minus(SlotSet other) {
        long[] result = words.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] &= ~other.words[i];
        }
        return new SlotSet(result);
    }

    /** Calls {@code action} with every slot, in ascending order. */
    public void forEach(IntConsumer action) {
        for (int i = 0; i < words.length; i++) {
            for (long rest = words[i]; rest != 0; rest &= rest - 1) {
                action.accept((i << 6) + Long.numberOfTrailingZeros(rest));
            }
        }
    }

    /** The slots in ascending order, in an array of the caller's own. */
    public int[] toArray() {
        int[] result = new int[size];
        int[] next = {0};
        forEach(slot -> result[next[0]++] = slot);
        return result;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SlotSet that && Arrays.equals(words, that.words);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(words);
    }

    /** Ranges, for example {@code 0-3,7,16383}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int[] slots = toArray();
        for (int i = 0; i < slots.length; ) {
            int last = i;
            while (last + 1 < slots.length && slots[last + 1] == slots[last] + 1) {
                last++;
            }
            text.append(text.isEmpty() ? "" : ",").append(slots[i]);
            if (last > i) {
                text.append('-').append(slots[last]);
            }
            i = last + 1;
        }
        return text.toString();
    }
}
