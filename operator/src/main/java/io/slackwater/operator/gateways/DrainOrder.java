package io.slackwater.operator.gateways;

import java.time.Duration;

/**
 * What a gateway is to be told: to take no further connection and to drain.
 *
 * @param disconnectsPerSecond at least 1
 * @param patience how long it is to tell nobody yet; not negative, and without effect once it has begun to tell
 */
public record DrainOrder(ObservedGateway gateway, int disconnectsPerSecond, Duration patience) {}
