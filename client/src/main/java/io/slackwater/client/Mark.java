package io.slackwater.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in the order of a channel that every subscriber of it can recognise. It is published like any message and therefore has
 * one place among them, the same for everybody, also while the channel moves to another node; the books count it as the message it is. Only
 * whoever knows the key looks for it; applications never get to see it.
 *
 * <p>On the wire it is a payload: NUL, {@code slackwater-mark}, NUL, then {@link #name()}, in ASCII. A payload that differs in the least is
 * an application's.
 *
 * @param key 16 to 64 of {@code A-Za-z0-9_-}, drawn at random by whoever wants to recognise the mark
 * @param number 1 to {@value #MAX_NUMBER}, to tell the marks of one key apart
 */
public record Mark(String key, int number) {
    /** The largest number. */
    public static final int MAX_NUMBER = 999_999_999;

    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{16,64}");
    private static final Pattern NAME = Pattern.compile("([A-Za-z0-9_-]{16,64})\\.([1-9][0-9]{0,8})");
    private static final byte[] PREFIX = "\0slackwater-mark\0".getBytes(US_ASCII);
    private static final int SHORTEST = PREFIX.length + 16 + 2;
    private static final int LONGEST = PREFIX.length + 64 + 10;

    /** @throws IllegalArgumentException with a sentence, if key or number are out of their bounds */
    public Mark {
        checkKey(key);
        if (number < 1 || number > MAX_NUMBER) {
            throw new IllegalArgumentException("the mark's number is " + number + ": write 1 to " + MAX_NUMBER);
        }
    }

    /** @throws IllegalArgumentException with a sentence, if it is not the key of a mark */
    public static String checkKey(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException(
                    "the key of a mark has " + key.length() + " characters: write 16 to 64 of A-Z, a-z, 0-9, _ and -");
        }
        return key;
    }

    /**
     * @param name as {@link #name()} gives it
     * @throws IllegalArgumentException with a sentence, if it is no mark's
     */
    public static Mark named(String name) {
        var parts = NAME.matcher(name);
        if (!parts.matches()) {
            throw new IllegalArgumentException("that is no mark's name: write KEY.NUMBER, the key 16 to 64 of A-Z, a-z,"
                    + " 0-9, _ and -, the number 1 to " + MAX_NUMBER);
        }
        return new Mark(parts.group(1), Integer.parseInt(parts.group(2)));
    }

    /** The mark that this payload is; null for a message. Cheap for messages. */
    public static @Nullable Mark read(byte[] payload) {
        if (payload.length < SHORTEST
                || payload.length > LONGEST
                || payload[0] != 0
                || !Arrays.equals(payload, 0, PREFIX.length, PREFIX, 0, PREFIX.length)) {
            return null;
        }
        String name = new String(payload, PREFIX.length, payload.length - PREFIX.length, US_ASCII);
        return NAME.matcher(name).matches() ? named(name) : null;
    }

    /** Key, a dot, number. */
    public String name() {
        return key + "." + number;
    }

    /** What is published. */
    public byte[] payload() {
        byte[] name = name().getBytes(US_ASCII);
        byte[] payload = Arrays.copyOf(PREFIX, PREFIX.length + name.length);
        System.arraycopy(name, 0, payload, PREFIX.length, name.length);
        return payload;
    }
}
