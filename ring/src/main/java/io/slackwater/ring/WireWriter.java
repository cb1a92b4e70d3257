package io.slackwater.ring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A growing array of big-endian numbers and texts. Not for use by several threads. */
final class WireWriter {
    private byte[] bytes = new byte[512];
    private int length;

    int length() {
        return length;
    }

    WireWriter number(long value, int width) {
        reserve(width);
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** 1 to 3 bytes, seven bits each, the lowest first, for values below 2^21. */
    WireWriter varint(int value) {
        int rest = value;
        for (; rest > 0x7f; rest >>>= 7) {
            number(rest & 0x7f | 0x80, 1);
        }
        return number(rest, 1);
    }

    WireWriter raw(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
        return this;
    }

    /** At most 65,535 bytes of UTF-8 behind their length. */
    WireWriter text(String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        if (utf8.length > 0xffff) {
            throw new IllegalArgumentException("text of " + utf8.length + " bytes: at most 65535 can be written");
        }
        return number(utf8.length, 2).raw(utf8);
    }

    byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
