package io.slackwater.ring.handover;

/**
 * Times and bounds of the protocol, for both machines.
 *
 * @param ackTimeoutMillis after which a member that has not answered COMMIT or FENCE is fenced off; 50 to half of {@code maxHoldMillis}
 * @param slowAfterMillis a handover does not leave PREPARE while a member needs longer than this to answer; 10 to {@code ackTimeoutMillis}
 * @param prepareTimeoutMillis the same for PREPARE, whose work grows with the batch and during which nothing is held; at least {@code ackTimeoutMillis}, at most 600,000
 * @param maxHoldMillis how long a member holds messages of one handover; up to 60,000
 * @param maxHoldBytes how much a member holds of one handover, in bytes of payload; 64 KiB to 1 GiB
 * @param maxOpen handovers open at once, 1 to 64
 */
public record HandoverSettings(
        long ackTimeoutMillis,
        long slowAfterMillis,
        long prepareTimeoutMillis,
        long maxHoldMillis,
        long maxHoldBytes,
        int maxOpen) {
    /** 2 s, 250 ms, 10 s, 5 s, 16 MiB, 4. */
    public static final HandoverSettings DEFAULT = new HandoverSettings(2_000, 250, 10_000, 5_000, 16 << 20, 4);

    public HandoverSettings {
        if (maxHoldMillis < 100 || maxHoldMillis > 60_000) {
            throw new IllegalArgumentException("maxHold of " + maxHoldMillis + " ms: must be 100 to 60000");
        }
        if (ackTimeoutMillis < 50 || ackTimeoutMillis > maxHoldMillis / 2) {
            throw new IllegalArgumentException("ackTimeout of " + ackTimeoutMillis
                    + " ms: must be at least 50 and at most half of maxHold, " + maxHoldMillis / 2);
        }
        if (slowAfterMillis < 10 || slowAfterMillis > ackTimeoutMillis) {
            throw new IllegalArgumentException("slowAfter of " + slowAfterMillis
                    + " ms: must be at least 10 and at most ackTimeout, " + ackTimeoutMillis);
        }
        if (prepareTimeoutMillis < ackTimeoutMillis || prepareTimeoutMillis > 600_000) {
            throw new IllegalArgumentException("prepareTimeout of " + prepareTimeoutMillis
                    + " ms: must be at least ackTimeout, " + ackTimeoutMillis + ", and at most 600000");
        }
        if (maxHoldBytes < 64 << 10 || maxHoldBytes > 1 << 30) {
            throw new IllegalArgumentException("maxHold of " + maxHoldBytes + " bytes: must be 64 KiB to 1 GiB");
        }
        if (maxOpen < 1 || maxOpen > 64) {
            throw new IllegalArgumentException("maxOpen of " + maxOpen + ": must be 1 to 64");
        }
    }
}
