package io.slackwater.operator.gateways;

import java.time.Duration;

/**
 * How connections leave a gateway that has to go.
 *
 * @param patience how long a cordoned gateway waits for connections that end by themselves; not negative
 * @param disconnectsPerSecond how many clients of the whole tier are told to go in a second, at least 1
 * @param timeout how long a gateway may drain; then it is removed with whoever is still connected. Positive
 * @param reconnectSpread clients are told to wait up to this long before they connect again; not negative
 */
public record DrainSettings(Duration patience, int disconnectsPerSecond, Duration timeout, Duration reconnectSpread) {
    public DrainSettings {
        if (patience.isNegative() || reconnectSpread.isNegative() || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("patience " + patience + ", timeout " + timeout + ", reconnectSpread "
                    + reconnectSpread + ": none may be negative, and the timeout not zero");
        }
        if (disconnectsPerSecond < 1) {
            throw new IllegalArgumentException("disconnectsPerSecond is " + disconnectsPerSecond + ": write 1 or more");
        }
    }
}
