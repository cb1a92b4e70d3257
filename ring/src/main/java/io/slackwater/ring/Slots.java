package io.slackwater.ring;

/**
 * The 16,384 slots, numbered as Redis Cluster numbers its key slots: CRC16 (XMODEM: polynomial 0x1021, initial value 0)
 * of the name, modulo 16,384. If the name holds a hash tag, that is at least one byte between the first <code>{</code> and
 * the first <code>}</code> after it, only the tag counts, so that names with the same tag share a slot.
 *
 * <p>CRC is linear, so a name's CRC is the exclusive or of what each byte contributes at its distance from the end. One
 * table row for each of the last {@value #ROWS} distances makes the contributions independent of each other: the processor
 * works on several bytes at once, where the usual loop waits for each byte before it can begin the next. All methods are
 * safe for use by many threads, and allocate nothing.
 */
public final class Slots {
    /** How many there are. */
    public static final int COUNT = 16_384;

    private static final int ROWS = 64;
    private static final int MASK = ROWS * 256 - 1;

    /** At {@code distance * 256 + value}: the CRC of a byte followed by {@code distance} zero bytes. */
    private static final char[] CRC = contributions();

    private Slots() {}

    /**
     * The slot of a channel whose name is sent as UTF-8. A surrogate without its partner counts as {@code ?}, which is
     * what Java's own encoder makes of it.
     */
    public static int of(String channel) {
        int from = 0;
        int to = channel.length();
        int open = channel.indexOf('{');
        if (open >= 0) {
            int close = channel.indexOf('}', open + 1);
            if (close > open + 1) {
                from = open + 1;
                to = close;
            }
        }
        return to - from <= ROWS ? shortName(channel, from, to) : utf8(channel, from, to) & COUNT - 1;
    }

    /** The slot of a channel whose name is these bytes. */
    public static int of(byte[] channel) {
        int from = 0;
        int to = channel.length;
        int open = indexOf(channel, '{', 0);
        if (open >= 0) {
            int close = indexOf(channel, '}', open + 1);
            if (close > open + 1) {
                from = open + 1;
                to = close;
            }
        }
        return crc16(channel, from, to) & COUNT - 1;
    }

    static int crc16(byte[] bytes, int from, int to) {
        int crc = 0;
        int i = from;
        for (; to - i > ROWS; i++) {
            crc = next(crc, bytes[i] & 0xff);
        }
        if (i > from) {
            // What the bytes so far left behind counts like two more bytes at the front of the last 64.
            crc = CRC[(ROWS - 1) * 256 + (crc >>> 8)] ^ CRC[(ROWS - 2) * 256 + (crc & 0xff)];
        }
        for (int row = (to - 1 - i) * 256; i < to; i++, row -= 256) {
            crc ^= CRC[row + (bytes[i] & 0xff) & MASK];
        }
        return crc;
    }

    /**
     * The last 16 bytes without a loop: the usual name costs one jump by its length, and reads at addresses that are known when
     * it begins. A loop takes longer, most of all for names of varying length, whose end no branch predictor foresees.
     */
    @SuppressWarnings("fallthrough")
    private static int shortName(String name, int from, int to) {
        int crc = 0;
        int seen = 0;
        int c;
        for (int left = to - from; left > 16; left--) {
            seen |= c = name.charAt(to - left);
            // Where c is no single byte the sum is wrong, and thrown away below.
            crc ^= CRC[(left - 1) * 256 + c & MASK];
        }
        switch (Math.min(to - from, 16)) {
            case 16:
                seen |= c = name.charAt(to - 16);
                crc ^= CRC[15 * 256 + c & MASK];
            case 15:
                seen |= c = name.charAt(to - 15);
                crc ^= CRC[14 * 256 + c & MASK];
            case 14:
                seen |= c = name.charAt(to - 14);
                crc ^= CRC[13 * 256 + c & MASK];
            case 13:
                seen |= c = name.charAt(to - 13);
                crc ^= CRC[12 * 256 + c & MASK];
            case 12:
                seen |= c = name.charAt(to - 12);
                crc ^= CRC[11 * 256 + c & MASK];
            case 11:
                seen |= c = name.charAt(to - 11);
                crc ^= CRC[10 * 256 + c & MASK];
            case 10:
                seen |= c = name.charAt(to - 10);
                crc ^= CRC[9 * 256 + c & MASK];
            case 9:
                seen |= c = name.charAt(to - 9);
                crc ^= CRC[8 * 256 + c & MASK];
            case 8:
                seen |= c = name.charAt(to - 8);
                crc ^= CRC[7 * 256 + c & MASK];
            case 7:
                seen |= c = name.charAt(to - 7);
                crc ^= CRC[6 * 256 + c & MASK];
            case 6:
                seen |= c = name.charAt(to - 6);
                crc ^= CRC[5 * 256 + c & MASK];
            case 5:
                seen |= c = name.charAt(to - 5);
                crc ^= CRC[4 * 256 + c & MASK];
            case 4:
                seen |= c = name.charAt(to - 4);
                crc ^= CRC[3 * 256 + c & MASK];
            case 3:
                seen |= c = name.charAt(to - 3);
                crc ^= CRC[2 * 256 + c & MASK];
            case 2:
                seen |= c = name.charAt(to - 2);
                crc ^= CRC[1 * 256 + c & MASK];
            case 1:
                seen |= c = name.charAt(to - 1);
                crc ^= CRC[0 * 256 + c & MASK];
            default: // nothing is left
        }
        return (seen < 0x80 ? crc : utf8(name, from, to)) & COUNT - 1;
    }

    private static int utf8(String name, int from, int to) {
        int crc = 0;
        for (int i = from; i < to; i++) {
            int c = name.charAt(i);
            if (c < 0x80) {
                crc = next(crc, c);
            } else if (c < 0x800) {
                crc = next(next(crc, 0xc0 | c >> 6), 0x80 | c & 0x3f);
            } else if (!Character.isSurrogate((char) c)) {
                crc = next(next(next(crc, 0xe0 | c >> 12), 0x80 | c >> 6 & 0x3f), 0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate((char) c)
                    && i + 1 < to
                    && Character.isLowSurrogate(name.charAt(i + 1))) {
                int point = Character.toCodePoint((char) c, name.charAt(++i));
                crc = next(next(crc, 0xf0 | point >> 18), 0x80 | point >> 12 & 0x3f);
                crc = next(next(crc, 0x80 | point >> 6 & 0x3f), 0x80 | point & 0x3f);
            } else {
                crc = next(crc, '?');
            }
        }
        return crc;
    }

    private static int next(int crc, int value) {
        return (crc << 8 ^ CRC[crc >>> 8 ^ value]) & 0xffff;
    }

    private static int indexOf(byte[] bytes, char wanted, int from) {
        for (int i = from; i < bytes.length; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static char[] contributions() {
        char[] table = new char[ROWS * 256];
        for (int value = 0; value < 256; value++) {
            int crc = value << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc << 1 ^ ((crc & 0x8000) == 0 ? 0 : 0x1021);
            }
            table[value] = (char) crc;
        }
        for (int i = 256; i < table.length; i++) {
            int shorter = table[i - 256];
            table[i] = (char) (shorter << 8 ^ table[shorter >>> 8]);
        }
        return table;
    }

    static void check(int slot) {
        if (slot < 0 || slot >= COUNT) {
            throw new IllegalArgumentException("slot " + slot + ": must be 0 to 16383");
        }
    }
}
