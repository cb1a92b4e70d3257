package io.slackwater.operator.scaling.replay;

import io.slackwater.operator.scaling.Sample;
import java.time.Instant;

/** Who says how many nodes a simulated tier should have. */
interface Scaler {
    /** What it is called in tables. */
    String name();

    /**
     * What the tier is to be brought to from now on.
     *
     * @param seen what the metric says
     * @param utilizationPercent of the busiest node
     */
    int goal(Instant now, Sample seen, SimulatedTier tier, double utilizationPercent);
}
