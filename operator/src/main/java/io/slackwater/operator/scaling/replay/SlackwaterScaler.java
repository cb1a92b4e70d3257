package io.slackwater.operator.scaling.replay;

import io.slackwater.operator.scaling.Metric;
import io.slackwater.operator.scaling.Outlook;
import io.slackwater.operator.scaling.Past;
import io.slackwater.operator.scaling.Reading;
import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.ScalingDecision;
import io.slackwater.operator.scaling.ScalingPolicy;
import io.slackwater.operator.scaling.ScalingPolicy.Situation;
import io.slackwater.operator.scaling.Tier;
import io.slackwater.operator.scaling.replay.Replay.Said;
import io.slackwater.operator.windows.Opening;
import io.slackwater.operator.windows.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link ScalingPolicy}, and what guards every request of the operator: a scale-out outside of windows waits until the tier runs hot. */
final class SlackwaterScaler implements Scaler {
    private static final Duration LOOKBACK = Duration.ofDays(28);
    private static final int EVEN = 100;
    private static final int MAX_LOAD = 125;

    private final Model model;
    private final Metric metric;
    private final TrafficHistory needs = new TrafficHistory(LOOKBACK);
    private final List<Said> said = new ArrayList<>();
    private Past past;
    private @Nullable Outlook outlook;

    SlackwaterScaler(Model model, Recording traffic, Instant begin, int size) {
        this.model = model;
        this.metric = new Metric("load", model.target(), Metric.Kind.AverageValue);
        for (Instant at = traffic.from(); at.isBefore(begin); at = at.plus(Model.METRIC)) {
            if (traffic.seenAt(at)) {
                needs.record(at, traffic.at(at) / model.target());
            }
        }
        this.past = Past.begin(begin, size);
    }

    @Override
    public String name() {
        return "Slackwater";
    }

    @Override
    public int goal(Instant now, Sample seen, SimulatedTier tier, double utilizationPercent) {
        if (seen instanceof Sample.Value sample) {
            needs.record(now, sample.value() / model.target());
        }
        if (outlook == null || !now.isBefore(outlook.from().plus(Outlook.BIN))) {
            outlook = Outlook.of(needs, model.settings().zone(), model.windows().outlook(now, needs), now);
        }
        Opening opening = model.windows().decide(now, needs);
        boolean open = opening instanceof Opening.Open;
        ScalingDecision decision = ScalingPolicy.decide(new Situation(
                model.settings(),
                past,
                List.of(new Reading(metric, seen)),
                new Tier(tier.serving(), tier.goal(), tier.moving(), EVEN, MAX_LOAD),
                outlook,
                open,
                opening.sentence(),
                now));
        past = decision.past();
        boolean waits = decision.desired() > tier.goal() && !open && utilizationPercent < model.overloadPercent();
        int goal = waits ? tier.goal() : decision.desired();
        if (goal != tier.goal()) {
            said.add(new Said(now, goal, decision.reason()));
        }
        return goal;
    }

    /** What changed the size, oldest first. */
    List<Said> said() {
        return List.copyOf(said);
    }
}
