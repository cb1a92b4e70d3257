package io.slackwater.ring;

/**
 * How slots are spread.
 *
 * @param virtualNodes per node of weight 100, 1 to 1,000
 * @param maxLoadPercent no node above this share of the mean, 101 to 1,000
 */
public record PlannerSettings(int virtualNodes, int maxLoadPercent) {
    /** 160 virtual nodes, 125 %. */
    public static final PlannerSettings DEFAULT = new PlannerSettings(160, 125);

    public PlannerSettings {
        if (virtualNodes < 1 || virtualNodes > 1000) {
            throw new IllegalArgumentException("virtualNodes is " + virtualNodes + ": must be 1 to 1000");
        }
        if (maxLoadPercent < 101 || maxLoadPercent > 1000) {
            throw new IllegalArgumentException("maxLoadPercent is " + maxLoadPercent + ": must be 101 to 1000");
        }
    }
}
