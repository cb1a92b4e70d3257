package io.slackwater.quickstart.check;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * What every message carries: four decimal numbers with a space between.
 *
 * @param publisher number of the publisher within its channel, counted from 0
 * @param channel number of the channel
 * @param n counts from 1 for this publisher on this channel
 * @param micros when it was published, microseconds of the machine's clock since 1970
 */
public record Stamp(int publisher, int channel, long n, long micros) {
    /** The payload of the message. */
    public byte[] encode() {
        return (publisher + " " + channel + " " + n + " " + micros).getBytes(US_ASCII);
    }

    /**
     * Reads a payload, which may lie within a larger array.
     *
     * @throws IllegalArgumentException if it is no stamp; the message shows what was found
     */
    public static Stamp decode(byte[] bytes, int from, int to) {
        long[] numbers = new long[4];
        int field = 0;
        int digits = 0;
        for (int i = from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (bytes[i] == ' ' && digits > 0 && field < 3) {
                field++;
                digits = 0;
            } else if (digit >= 0 && digit <= 9 && digits < 18) {
                numbers[field] = numbers[field] * 10 + digit;
                digits++;
            } else {
                throw notAStamp(bytes, from, to);
            }
        }
        if (field != 3 || digits == 0) {
            throw notAStamp(bytes, from, to);
        }
        return new Stamp((int) numbers[0], (int) numbers[1], numbers[2], numbers[3]);
    }

    private static IllegalArgumentException notAStamp(byte[] bytes, int from, int to) {
        return new IllegalArgumentException("a payload is four numbers, found \""
                + new String(bytes, from, Math.min(to - from, 100), US_ASCII) + "\"");
    }
}
