package io.slackwater.ring.sim;

import java.nio.charset.StandardCharsets;

/**
 * A channel of the simulated application. Channels of one tag share a slot.
 *
 * @param index its number, from 0
 */
record Channel(int index, String name, int slot) {
    private static final String TAGS = "abcdefgh";
    private static final int PER_TAG = 3;
    private static final Channel[] ALL = new Channel[TAGS.length() * PER_TAG];

    static {
        for (int i = 0; i < ALL.length; i++) {
            String tag = TAGS.substring(i / PER_TAG, i / PER_TAG + 1);
            ALL[i] = new Channel(i, "{" + tag + "}" + i % PER_TAG, slotOf(tag));
        }
    }

    /** Channel {@code which}, 0 to 2, of tag {@code tag}, 0 to 7. */
    static Channel of(int tag, int which) {
        return ALL[tag * PER_TAG + which];
    }

    static Channel named(String name) {
        return of(TAGS.indexOf(name.charAt(1)), name.charAt(3) - '0');
    }

    /** The pattern that matches all channels of a tag. */
    static String patternOf(int tag) {
        return "{" + TAGS.charAt(tag) + "}*";
    }

    /** Whether the pattern, a prefix followed by a star, matches. */
    static boolean matches(String pattern, String channel) {
        return channel.startsWith(pattern.substring(0, pattern.length() - 1));
    }

    private static int slotOf(String tag) {
        int crc = 0;
        for (byte b : tag.getBytes(StandardCharsets.UTF_8)) {
            crc ^= (b & 0xff) << 8;
            for (int i = 0; i < 8; i++) {
                crc = (crc & 0x8000) != 0 ? crc << 1 ^ 0x1021 : crc << 1;
            }
        }
        return (crc & 0xffff) % 16_384;
    }
}
