package io.slackwater.operator.scaling;

/**
 * How a tier stands.
 *
 * @param serving nodes that own slots, at least 1
 * @param goal what it is brought to now; the same as {@code serving} when nothing is in flight
 * @param moving whether slots are being moved or pods are on their way, for whatever reason
 * @param skewPercent the busiest node's share over the mean; 100 is even
 * @param maxLoadPercent the largest share that a node is to have, in percent of the mean
 */
public record Tier(int serving, int goal, boolean moving, int skewPercent, int maxLoadPercent) {}
