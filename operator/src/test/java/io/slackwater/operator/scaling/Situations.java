package io.slackwater.operator.scaling;

import io.slackwater.operator.scaling.ScalingPolicy.Situation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;

/** Makes situations for tests: a tier of one metric, a flat or stepped outlook, looks every fifteen seconds. */
final class Situations {
    static final Instant START = Instant.parse("2026-11-12T12:00:00Z");
    static final Metric LOAD = new Metric("load", 1_000, Metric.Kind.AverageValue);

    ScalingSettings settings = ScalingSettings.of(2, 20, 20, ZoneOffset.UTC);
    Tier tier = new Tier(5, 5, false, 100, 125);
    Outlook outlook = flat(4);
    boolean open = true;
    Instant now = START;
    Past past = Past.begin(START, 5);

    /** The same is needed, and windows are open, all the time. */
    static Outlook flat(double needed) {
        return stepped(needed, 0, needed);
    }

    /** So much is needed up to a bin, and so much from then on. */
    static Outlook stepped(double before, int bin, double after) {
        double[] needed = new double[Outlook.BINS];
        boolean[] open = new boolean[Outlook.BINS];
        Arrays.fill(open, true);
        Arrays.fill(needed, before);
        Arrays.fill(needed, bin, needed.length, after);
        return new Outlook(START, needed, open, true);
    }

    Situations outlook(Outlook expected) {
        this.outlook = expected;
        return this;
    }

    Situations tier(int serving, int goal, boolean moving) {
        this.tier = new Tier(serving, goal, moving, 100, 125);
        this.past = Past.begin(START, goal);
        return this;
    }

    /** One look; the next is fifteen seconds later. */
    ScalingDecision look(Sample load) {
        return look(List.of(new Reading(LOAD, load)));
    }

    ScalingDecision look(List<Reading> readings) {
        ScalingDecision decision = ScalingPolicy.decide(
                new Situation(settings, past, readings, tier, outlook, open, "opens at 23:00 UTC", now));
        past = decision.past();
        now = now.plusSeconds(15);
        return decision;
    }

    /** Looks for a while, with as many nodes needed all the time. */
    ScalingDecision lookFor(Duration time, double needed) {
        ScalingDecision last = look(needs(needed));
        for (Instant end = now.plus(time); now.isBefore(end); ) {
            last = look(needs(needed));
        }
        return last;
    }

    static Sample needs(double nodes) {
        return new Sample.Value(nodes * LOAD.target());
    }
}
