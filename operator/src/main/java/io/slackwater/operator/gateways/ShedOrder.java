package io.slackwater.operator.gateways;

import java.time.Duration;

/**
 * What a gateway is to be told: to send some of its clients to other gateways, and to stay open. To be said until it is answered.
 *
 * @param id of this order; a gateway that knows it does nothing
 * @param clients how many; 0 to stop what an earlier order began
 * @param olderThan only clients who have been connected for longer
 * @param disconnectsPerSecond at least 1
 */
public record ShedOrder(
        ObservedGateway gateway, String id, int clients, Duration olderThan, int disconnectsPerSecond) {}
