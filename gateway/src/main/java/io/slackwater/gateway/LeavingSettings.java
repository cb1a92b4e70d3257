package io.slackwater.gateway;

import java.time.Duration;

/**
 * What a gateway does when it is asked to stop and nobody has told it to drain before.
 *
 * @param request how it empties itself
 * @param timeout since the drain began: who is still connected then is told to go at once; 0 to 24 h
 */
record LeavingSettings(DrainRequest request, Duration timeout) {
    LeavingSettings {
        if (timeout.isNegative() || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(
                    "--drain-timeout is " + timeout.toMillis() + " ms: write 0 to 86400000 ms");
        }
    }
}
