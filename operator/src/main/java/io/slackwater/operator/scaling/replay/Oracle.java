package io.slackwater.operator.scaling.replay;

import io.slackwater.operator.scaling.Outlook;
import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.SizePlan;
import io.slackwater.operator.windows.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;

/**
 * Knows the future load and keeps to the same settings, prices and windows: it follows the cheapest {@link SizePlan} over all of it.
 */
final class Oracle implements Scaler {
    private final Instant begin;
    private final SizePlan plan;

    Oracle(Model model, Recording traffic, Instant begin, int size) {
        this.begin = begin;
        int bins = (int) Duration.between(begin, traffic.end()).dividedBy(Outlook.BIN);
        double[] needed = new double[bins];
        boolean[] open = new boolean[bins];
        Predicate<Instant> windows = model.windows().outlook(begin, new TrafficHistory(TrafficHistory.SHORTEST));
        for (int bin = 0; bin < bins; bin++) {
            Instant at = begin.plus(Outlook.BIN.multipliedBy(bin));
            double here = traffic.mean(at, Outlook.BIN);
            double next = traffic.mean(at.plus(Outlook.BIN), Outlook.BIN);
            needed[bin] = model.settings().withHeadroom(Math.max(here, next) / model.target());
            open[bin] = windows.test(at) && windows.test(at.plus(Outlook.BIN));
        }
        double hours = Outlook.BIN.toSeconds() / 3600.0;
        plan = SizePlan.cheapest(
                size,
                model.settings().min(),
                model.settings().max(),
                needed,
                open,
                hours,
                model.settings().prices());
    }

    @Override
    public String name() {
        return "oracle";
    }

    @Override
    public int goal(Instant now, Sample seen, SimulatedTier tier, double utilizationPercent) {
        int bin = (int) Duration.between(begin, now).dividedBy(Outlook.BIN);
        return plan.size(Math.min(bin, plan.bins() - 1));
    }
}
