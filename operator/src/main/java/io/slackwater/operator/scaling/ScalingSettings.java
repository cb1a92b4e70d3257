package io.slackwater.operator.scaling;

import java.time.Duration;
import java.time.ZoneId;

/**
 * What a person wants of the scaling of a tier.
 *
 * @param min fewest replicas, at least 1
 * @param max most replicas, not less than {@code min}
 * @param headroomPercent what is added to what is needed whenever the size is changed, 0 to 200
 * @param tolerance see {@link HpaAlgorithm}
 * @param behavior how fast the size may change
 * @param prices what things are worth
 * @param lead how long a scale-out takes, pods and slots
 * @param zone to show times in
 * @param dryRun whether decisions are told only
 */
public record ScalingSettings(
        int min,
        int max,
        int headroomPercent,
        double tolerance,
        Behavior behavior,
        Prices prices,
        Duration lead,
        ZoneId zone,
        boolean dryRun) {
    /** @throws IllegalArgumentException a bound is not kept; the message is a sentence */
    public ScalingSettings {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException(
                    min + " to " + max + " replicas: must be 1 at least, and the second not less than the first");
        }
        if (headroomPercent < 0 || headroomPercent > 200) {
            throw new IllegalArgumentException("a headroom of " + headroomPercent + " %: must be 0 to 200");
        }
    }

    /** Everything as usual for nodes. */
    public static ScalingSettings of(int min, int max, int headroomPercent, ZoneId zone) {
        return new ScalingSettings(
                min,
                max,
                headroomPercent,
                HpaAlgorithm.TOLERANCE,
                Behavior.DEFAULT,
                TierKind.NODES.prices(),
                TierKind.NODES.lead(),
                zone,
                false);
    }

    /** What is needed, and what is added to that. */
    public double withHeadroom(double needed) {
        return needed * (100 + headroomPercent) / 100;
    }
}
