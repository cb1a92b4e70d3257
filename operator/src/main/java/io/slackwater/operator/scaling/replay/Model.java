package io.slackwater.operator.scaling.replay;

import io.slackwater.operator.scaling.ScalingSettings;
import io.slackwater.operator.windows.Windows;
import java.time.Duration;

/**
 * What a replay takes for granted.
 *
 * @param settings of the scaling; HPA takes bounds, tolerance and {@code behavior} from them
 * @param target load of one node
 * @param capacity the most that one node can do; above it messages are late
 * @param skewPercent the busiest node's load over its share of the slots
 * @param overloadPercent utilisation of the busiest node above which a scale-out does not wait for a window
 * @param podStart from asking for a node until it can own slots
 * @param slotsPerSecond how fast slots move
 * @param windows when planned moves may run; HPA knows none
 */
public record Model(
        ScalingSettings settings,
        double target,
        double capacity,
        int skewPercent,
        int overloadPercent,
        Duration podStart,
        int slotsPerSecond,
        Windows windows) {
    /** Between two looks, as HPA's: {@code --horizontal-pod-autoscaler-sync-period}. */
    public static final Duration LOOK = Duration.ofSeconds(15);

    /** The metric is the mean of so much time, as of {@code rate(…[1m])}. */
    public static final Duration METRIC = Duration.ofMinutes(1);

    /** See {@code overloadPercent}: {@code migration.overload} when nothing is said. */
    public static final int USUAL_OVERLOAD = 85;

    /** @throws IllegalArgumentException a figure is out of bounds; the message is a sentence */
    public Model {
        if (!(target > 0) || !(capacity >= target)) {
            throw new IllegalArgumentException("a target of " + target + " and a capacity of " + capacity
                    + ": the target must be more than 0, and the capacity no less than that");
        }
        if (skewPercent < 100 || slotsPerSecond < 1) {
            throw new IllegalArgumentException("a skew of " + skewPercent + " % and " + slotsPerSecond
                    + " slots a second: must be 100 and 1 at least");
        }
    }

    double utilizationPercent(double busiestShare, double load) {
        return busiestShare * load / capacity * skewPercent;
    }
}
