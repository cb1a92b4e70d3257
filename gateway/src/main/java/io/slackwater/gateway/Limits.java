package io.slackwater.gateway;

import java.time.Duration;

/**
 * What one client, and all together, may use. Every figure is bounded, so that a mistyped option is refused at start and not found
 * out under load.
 *
 * @param maxConnections sessions at a time
 * @param maxSubscriptions of one connection
 * @param maxBodyBytes of one frame
 * @param maxHeaders of one frame
 * @param maxHeaderBytes of one header line
 * @param maxPendingBytes waiting in memory to be sent to one connection; above it the connection is closed
 * @param maxInFlightSends SENDs of one connection that the tier has not answered; at it the gateway stops reading from the connection
 * @param maxBacklogBytes messages of the tier that wait for one event loop; above it the subscribers that would miss one are closed
 * @param handshakeTimeout from the TCP connection to the end of the WebSocket handshake
 * @param connectTimeout from the WebSocket handshake to CONNECTED
 * @param closeTimeout from the gateway's close frame to the end of the TCP connection, if the client does not answer
 */
record Limits(
        int maxConnections,
        int maxSubscriptions,
        int maxBodyBytes,
        int maxHeaders,
        int maxHeaderBytes,
        int maxPendingBytes,
        int maxInFlightSends,
        int maxBacklogBytes,
        Duration handshakeTimeout,
        Duration connectTimeout,
        Duration closeTimeout) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    Limits {
        check("max-connections", maxConnections, 1, 1_000_000);
        check("max-subscriptions", maxSubscriptions, 1, 1_000_000);
        check("max-body-bytes", maxBodyBytes, 1, 64 * MIB);
        check("max-headers", maxHeaders, 4, 1000);
        check("max-header-bytes", maxHeaderBytes, 64, 64 * KIB);
        check("max-pending-bytes", maxPendingBytes, 16 * KIB, 1024 * MIB);
        check("max-in-flight-sends", maxInFlightSends, 1, 100_000);
        check("max-backlog-bytes", maxBacklogBytes, 64 * KIB, 2047 * MIB);
        check("handshake-timeout", handshakeTimeout, 100, 600_000);
        check("connect-timeout", connectTimeout, 100, 600_000);
        check("close-timeout", closeTimeout, 10, 60_000);
    }

    /** The longest WebSocket message that can hold a legal frame, so that what is longer is refused before it is in memory. */
    int maxMessageBytes() {
        long head = Math.min(256L * KIB, (long) maxHeaders * (maxHeaderBytes + 2));
        return (int) (maxBodyBytes + head + KIB);
    }

    static void check(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("--" + option + " is " + value + ": write " + min + " to " + max);
        }
    }

    private static void check(String option, Duration value, long minMillis, long maxMillis) {
        if (value.toMillis() < minMillis || value.toMillis() > maxMillis) {
            throw new IllegalArgumentException(
                    "--" + option + " is " + value.toMillis() + " ms: write " + minMillis + " to " + maxMillis + " ms");
        }
    }
}
