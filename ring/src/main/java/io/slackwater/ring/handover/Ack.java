package io.slackwater.ring.handover;

import io.slackwater.ring.Phase;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A member's answer to a phase, published on the channel {@code acks} of the handover's source. One line of ASCII:
 * {@code A1 HANDOVER PHASE PHASE_EPOCH CLIENT_ID MEMBER [BOOK]}.
 *
 * @param handover id of the handover
 * @param phase the phase it answers
 * @param phaseEpoch the epoch of that phase
 * @param clientId server-side id of the connection it is sent on
 * @param member name of the member
 * @param book what the member counted in the term that ends, with FENCE only; null otherwise
 */
public record Ack(
        long handover,
        Phase phase,
        long phaseEpoch,
        long clientId,
        String member,
        @Nullable Book book) {
    /** Longest encoded ack, in bytes; longer ones are refused. */
    public static final int MAX_BYTES = 512;

    public byte[] encode() {
        String line = "A1 " + handover + ' ' + phase + ' ' + phaseEpoch + ' ' + clientId + ' ' + member
                + (book == null ? "" : " " + book.encode());
        return line.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The reverse of {@link #encode()}.
     *
     * @throws IllegalArgumentException when it is none, with what is wrong
     */
    public static Ack decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("ack of " + bytes.length + " bytes: at most " + MAX_BYTES);
        }
        String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
        if (parts.length < 6 || parts.length > 7 || !parts[0].equals("A1")) {
            throw new IllegalArgumentException("ack of " + parts.length + " words that starts with \"" + parts[0]
                    + "\": needs 6 or 7 from \"A1\" on");
        }
        return new Ack(
                Long.parseLong(parts[1]),
                Phase.valueOf(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                parts[5],
                parts.length == 7 ? Book.decode(parts[6]) : null);
    }
}
