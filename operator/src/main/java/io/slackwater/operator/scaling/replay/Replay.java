package io.slackwater.operator.scaling.replay;

import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.replay.Outcome.Size;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * One stretch of traffic, gone through by several scalers, each with a tier of its own.
 *
 * @param traffic all of it
 * @param begin from when on it counts; what is before is only learnt from
 * @param outcomes HPA, HPA with a target that leaves the same headroom, Slackwater, and the oracle
 * @param decisions what Slackwater said when it changed the size
 */
public record Replay(Recording traffic, Instant begin, List<Outcome> outcomes, List<Said> decisions) {
    /** Slackwater changed the size, and why. */
    public record Said(Instant at, int goal, String reason) {}

    public Replay {
        outcomes = List.copyOf(outcomes);
        decisions = List.copyOf(decisions);
    }

    /** Replays. */
    public static Replay of(Recording traffic, Instant begin, Model model) {
        double needed = model.settings().withHeadroom(traffic.mean(begin, Duration.ofMinutes(10)) / model.target());
        int size = Math.clamp(
                (long) Math.ceil(needed),
                model.settings().min(),
                model.settings().max());
        SlackwaterScaler ours = new SlackwaterScaler(model, traffic, begin, size);
        List<Outcome> outcomes = new ArrayList<>();
        List<Scaler> scalers = List.of(
                new HpaScaler("HPA", model, 0, begin, size),
                new HpaScaler("HPA with the headroom", model, model.settings().headroomPercent(), begin, size),
                ours,
                new Oracle(model, traffic, begin, size));
        for (Scaler scaler : scalers) {
            outcomes.add(run(traffic, begin, model, scaler, size));
        }
        return new Replay(traffic, begin, outcomes, ours.said());
    }

    public Outcome hpa() {
        return outcomes.get(0);
    }

    public Outcome slackwater() {
        return outcomes.get(2);
    }

    public Outcome oracle() {
        return outcomes.get(3);
    }

    private static Outcome run(Recording traffic, Instant begin, Model model, Scaler scaler, int size) {
        SimulatedTier tier = new SimulatedTier(model, size);
        List<Size> sizes = new ArrayList<>(List.of(new Size(begin, size)));
        TreeSet<Long> overloaded = new TreeSet<>();
        List<Double> moved = new ArrayList<>();
        double nodeSeconds = 0;
        int changes = 0;
        for (Instant now = begin; now.isBefore(traffic.end()); now = now.plus(Model.LOOK)) {
            double utilization = model.utilizationPercent(tier.busiestShare(), traffic.at(now));
            if (utilization > 100) {
                overloaded.add(now.getEpochSecond() / 60 * 60);
            }
            Sample seen = traffic.seenAt(now)
                    ? Sample.of(traffic.mean(now.minus(Model.METRIC), Model.METRIC))
                    : new Sample.Missing();
            int goal = scaler.goal(now, seen, tier, utilization);
            if (goal != tier.goal()) {
                changes++;
                tier.ask(goal);
            }
            tier.pass(Model.LOOK);
            if (Duration.between(begin, now.plus(Model.LOOK)).toSeconds() % 3600 == 0) {
                moved.add(tier.moved());
            }
            nodeSeconds += tier.nodes() * (double) Model.LOOK.toSeconds();
            if (tier.nodes() != sizes.getLast().nodes()) {
                sizes.add(new Size(now.plus(Model.LOOK), tier.nodes()));
            }
        }
        return new Outcome(
                scaler.name(), sizes, changes, tier.moved(), moved, overloaded, nodeSeconds / 3600, traffic.end());
    }
}
