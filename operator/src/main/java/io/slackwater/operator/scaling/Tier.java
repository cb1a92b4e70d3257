package io.slackwater.operator.scaling;

/**
 * How a tier stands.
 *
 * @param kind what it is made of
 * @param serving nodes that own slots, or gateways that take clients; at least 1
 * @param goal what it is brought to now; the same as {@code serving} when nothing is in flight
 * @param moving whether slots are being moved or pods are on their way, or gateways on their way out, for whatever reason
 * @param skewPercent the busiest node's share over the mean; 100 is even
 * @param maxLoadPercent the largest share that a node is to have, in percent of the mean
 */
public record Tier(TierKind kind, int serving, int goal, boolean moving, int skewPercent, int maxLoadPercent) {
    /** A tier of nodes. */
    public Tier(int serving, int goal, boolean moving, int skewPercent, int maxLoadPercent) {
        this(TierKind.NODES, serving, goal, moving, skewPercent, maxLoadPercent);
    }
}
