package io.slackwater.ring;

/**
 * What a user may choose about plans.
 *
 * @param virtualNodes points on the hash ring for a node of weight 100, 1 to 10,000
 * @param maxLoadPercent the bound: no node is given slots beyond this share of its fair load, 101 to 1,000
 */
public record PlannerSettings(int virtualNodes, int maxLoadPercent) {
    /** 160 virtual nodes, 125 %. */
    public static final PlannerSettings DEFAULT = new PlannerSettings(160, 125);

    public PlannerSettings {
        if (virtualNodes < 1 || virtualNodes > 10_000) {
            throw new IllegalArgumentException(
                    "virtualNodes is " + virtualNodes + ": must be 1 to 10000, 160 is usual");
        }
        if (maxLoadPercent < 101 || maxLoadPercent > 1_000) {
            throw new IllegalArgumentException("maxLoadPercent is " + maxLoadPercent
                    + ": must be 101 to 1000; at 100 or less some slot would find no node");
        }
    }
}
