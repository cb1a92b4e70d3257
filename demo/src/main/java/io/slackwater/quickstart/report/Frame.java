package io.slackwater.quickstart.report;

import io.slackwater.quickstart.check.Checker.Counts;
import io.slackwater.quickstart.stage.TierState;

/**
 * What is shown at one moment.
 *
 * @param phase what is going on, in a few words
 * @param publishedPerSecond messages confirmed a second
 * @param deliveriesPerSecond arrivals a second
 * @param note the last thing worth saying; may be empty
 */
public record Frame(
        double seconds,
        String phase,
        TierState tier,
        double publishedPerSecond,
        double deliveriesPerSecond,
        Counts counts,
        int cutOff,
        String note) {}
