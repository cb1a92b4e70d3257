package io.slackwater.gateway;

import org.jspecify.annotations.Nullable;

/**
 * The intervals that two sides agreed on, as STOMP 1.2 says: the slower of what one can send and the other wants.
 *
 * @param sendMillis the gateway sends something at least this often; 0 for never
 * @param receiveMillis the client sends something at least this often; 0 for never
 */
record HeartBeat(long sendMillis, long receiveMillis) {
    /** The gateway ends a session after this many intervals without a byte: one lost beat is no death. */
    static final int PATIENCE = 2;

    private static final int LONGEST = 9;

    /**
     * @param ownMillis what the gateway offers and asks for; 0 for neither
     * @param header the client's {@code heart-beat}, e.g. {@code 10000,5000}; null when absent
     */
    static HeartBeat negotiate(int ownMillis, @Nullable String header) {
        if (header == null) {
            return new HeartBeat(0, 0);
        }
        int comma = header.indexOf(',');
        if (comma < 0) {
            throw refused(header);
        }
        long clientSends = millis(header, header.substring(0, comma));
        long clientWants = millis(header, header.substring(comma + 1));
        return new HeartBeat(slower(ownMillis, clientWants), slower(ownMillis, clientSends));
    }

    /** True when a client that was last heard {@code silentMillis} ago counts as gone. */
    boolean isOverdue(long silentMillis) {
        return receiveMillis > 0 && silentMillis > PATIENCE * receiveMillis;
    }

    private static long slower(long one, long other) {
        return one == 0 || other == 0 ? 0 : Math.max(one, other);
    }

    private static long millis(String header, String text) {
        String digits = text.strip();
        if (digits.isEmpty() || digits.length() > LONGEST || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refused(header);
        }
        return Long.parseLong(digits);
    }

    private static StompException refused(String header) {
        return new StompException(
                ErrorKind.PROTOCOL,
                "heart-beat '" + StompDecoder.shown(header)
                        + "' is not two numbers of milliseconds, as in 10000,10000");
    }
}
