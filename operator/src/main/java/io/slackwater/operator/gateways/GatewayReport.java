package io.slackwater.operator.gateways;

import java.util.OptionalLong;

/**
 * What a gateway says about itself.
 *
 * @param connections sessions, and those about to become one
 * @param disconnectsPerSecond the rate at which it drains; 0 while it serves
 * @param acceptMillis how long it has lately taken to let a client in, on average; empty when none came or it does not tell
 */
public record GatewayReport(Phase phase, int connections, int disconnectsPerSecond, OptionalLong acceptMillis) {
    /** Where a gateway is on its way out. */
    public enum Phase {
        /** Takes new connections. */
        SERVING,
        /** Takes none, and waits for those it has to end by themselves. */
        PATIENT,
        /** Tells its clients to go. */
        DRAINING,
        /** Has no connection and takes none: there is no way back to one. */
        DRAINED
    }
}
