package io.slackwater.gateway;

import java.time.Duration;

/**
 * How a gateway is to be emptied.
 *
 * @param disconnectsPerSecond clients told to go in a second, 1 to {@value #MAX_RATE}
 * @param patience how long connections may end by themselves before the first client is told; up to a day
 * @param reconnectSpread clients are told to wait up to this long before they connect again; up to an hour
 */
record DrainRequest(int disconnectsPerSecond, Duration patience, Duration reconnectSpread) {
    static final int MAX_RATE = 1_000_000;
    static final Duration LONGEST_PATIENCE = Duration.ofDays(1);
    static final Duration WIDEST_SPREAD = Duration.ofHours(1);

    DrainRequest {
        checkRate(disconnectsPerSecond);
        check("patience", patience, LONGEST_PATIENCE);
        check("reconnectSpread", reconnectSpread, WIDEST_SPREAD);
    }

    static void checkRate(int disconnectsPerSecond) {
        if (disconnectsPerSecond < 1 || disconnectsPerSecond > MAX_RATE) {
            throw new IllegalArgumentException(
                    "disconnectsPerSecond is " + disconnectsPerSecond + ": write 1 to " + MAX_RATE);
        }
    }

    static void check(String name, Duration value, Duration longest) {
        if (value.isNegative() || value.compareTo(longest) > 0) {
            throw new IllegalArgumentException(
                    name + " is " + value.toMillis() + " ms: write 0 to " + longest.toMillis() + " ms");
        }
    }
}
