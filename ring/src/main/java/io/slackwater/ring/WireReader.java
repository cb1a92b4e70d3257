package io.slackwater.ring;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Reads what {@link WireWriter} wrote, never beyond its end. It allocates no more than the bytes that are there, so a
 * damaged length costs nothing. Not for use by several threads.
 */
final class WireReader {
    private final byte[] bytes;
    private final String what;
    private final int end;
    private int at;

    WireReader(byte[] bytes, int from, int to, String what) {
        this.bytes = bytes;
        this.at = from;
        this.end = to;
        this.what = what;
    }

    int remaining() {
        return end - at;
    }

    long number(int width) throws RingFormatException {
        int from = take(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | bytes[from + i] & 0xff;
        }
        return value;
    }

    /** Unsigned, of 1 or 2 bytes. */
    int small(int width) throws RingFormatException {
        return (int) number(width);
    }

    int varint() throws RingFormatException {
        int value = 0;
        for (int shift = 0; shift < 21; shift += 7) {
            int next = small(1);
            value |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new RingFormatException(what + ": a number is longer than 3 bytes");
    }

    String text() throws RingFormatException {
        int length = small(2);
        return new String(bytes, take(length), length, UTF_8);
    }

    /** The next {@code length} bytes, to be read on their own. */
    WireReader part(long length, String name) throws RingFormatException {
        if (length < 0 || length > remaining()) {
            throw new RingFormatException(name + ": " + length + " bytes announced, " + remaining() + " left");
        }
        int from = take((int) length);
        return new WireReader(bytes, from, from + (int) length, name);
    }

    void expectEnd() throws RingFormatException {
        if (at != end) {
            throw new RingFormatException(what + ": " + remaining() + " bytes too many");
        }
    }

    private int take(int count) throws RingFormatException {
        if (count > remaining()) {
            throw new RingFormatException(what + ": ends " + (count - remaining()) + " bytes too early");
        }
        int from = at;
        at += count;
        return from;
    }
}
