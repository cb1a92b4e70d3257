package io.slackwater.operator.gateways;

/**
 * How connections are moved to gateways that were added.
 *
 * @param maxOverMeanPercent what the busiest gateway may have of the mean of all; 105 to 200
 * @param disconnectsPerSecond how many clients of the whole tier are told to go in a second, at least 1
 */
public record SheddingSettings(int maxOverMeanPercent, int disconnectsPerSecond) {}
