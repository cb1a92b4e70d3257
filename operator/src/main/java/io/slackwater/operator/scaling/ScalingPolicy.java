package io.slackwater.operator.scaling;

import io.slackwater.operator.scaling.BehaviorLimits.Limited;
import io.slackwater.operator.scaling.HpaAlgorithm.Proposal;
import io.slackwater.operator.windows.Durations;
import io.slackwater.operator.windows.Moments;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Decides how many replicas a tier should have. The order in which things count:
 *
 * <ol>
 *   <li>What is in flight is never reversed: while slots move nothing is scaled in, and while nodes leave nothing is scaled out. Replicas on
 *       their way count as if they were there.
 *   <li>Scale out when {@link HpaAlgorithm} proposes it: at once, and in one step to what will be needed when the new nodes serve, with
 *       headroom. Headroom is there to be used: it alone causes no scale-out.
 *   <li>Else do what the cheapest {@link SizePlan} over the {@link Outlook} begins with. It scales out in a window before the peak, and in when
 *       the node-hours saved until the nodes are needed again are worth more than both moves; and since every move has a price, in one step.
 *   <li>A scale-in needs in addition: every metric has a value; the survivors stay under their bound; it has been proposed for a whole
 *       stabilisation window, which after a restart begins anew.
 *   <li>Last come {@link Behavior} and the bounds of the settings.
 * </ol>
 *
 * Pure: the same arguments give the same decision.
 */
public final class ScalingPolicy {
    private static final double MOST_GROWTH = 2;

    /** What was just needed is taken to be needed for so many bins more. */
    private static final int SOON = 3;

    /** Up to this bin a plan may change the size in every one. */
    private static final int FINE = 36;

    private final Situation at;
    private final ScalingSettings settings;
    private final Proposal hpa;
    private final Past past;
    private final int goal;

    /**
     * All that a decision depends on.
     *
     * @param past what the decision before has left
     * @param readings what the metrics say now
     * @param windowOpen whether a planned move may begin now
     * @param window a sentence about that, for example {@code opens at 03:00 Asia/Seoul}
     */
    public record Situation(
            ScalingSettings settings,
            Past past,
            List<Reading> readings,
            Tier tier,
            Outlook outlook,
            boolean windowOpen,
            String window,
            Instant now) {
        public Situation {
            readings = List.copyOf(readings);
        }
    }

    private record Wish(int replicas, Limit limit, String reason) {}

    private ScalingPolicy(Situation at) {
        this.at = at;
        this.settings = at.settings;
        this.goal = at.tier.goal();
        this.hpa = HpaAlgorithm.propose(at.readings, goal, at.tier.serving(), settings.tolerance());
        this.past = at.past.look(at.now, goal, hpa.needed());
    }

    /** Decides. */
    public static ScalingDecision decide(Situation situation) {
        return new ScalingPolicy(situation).decide();
    }

    private ScalingDecision decide() {
        Wish wish = wish();
        Past then = past.propose(at.now, wish.replicas);
        Wish limited = bounded(limited(wish, then));
        return new ScalingDecision(
                limited.replicas, limited.reason, limited.limit, hpa.needed(), settings.dryRun(), then);
    }

    // ---- what is wanted

    private Wish wish() {
        if (at.tier.moving() && goal < at.tier.serving()) {
            return hold(
                    Limit.IN_FLIGHT,
                    at.tier.serving() - goal + " of " + nodes(at.tier.serving())
                            + " are leaving, and a move in flight is not reversed");
        }
        SizePlan plan = plan(at.windowOpen);
        int now = demanded();
        if (now > goal && now >= plan.size(0)) {
            return new Wish(
                    now,
                    Limit.NONE,
                    "scale out to " + now + ": " + needs() + " where " + goal
                            + (goal == 1 ? " is" : " are") + inFlight() + "; " + now + " with growth and "
                            + settings.headroomPercent() + " % headroom");
        }
        if (plan.size(0) > goal) {
            return ahead(plan.size(0));
        }
        if (!hpa.complete()) {
            return hold(
                    Limit.METRICS,
                    hpa.troubles().isEmpty()
                            ? "no metric has been read yet, so nothing is scaled in"
                            : String.join("; ", hpa.troubles()) + ", so nothing is scaled in");
        }
        return plan.size(0) < goal ? inward(plan) : stay();
    }

    /** What the metrics demand by themselves; the goal when that is not more. */
    private int demanded() {
        if (hpa.replicas() <= goal) {
            return goal;
        }
        double growth = past.growth(at.now) * settings.lead().toSeconds();
        double then = Math.min(hpa.needed() + growth, hpa.needed() * MOST_GROWTH);
        return Math.max(hpa.replicas(), ceil(settings.withHeadroom(then)));
    }

    private Wish ahead(int size) {
        int bin = at.outlook.bin(at.now);
        double[] needed = at.outlook.needed();
        int first = bin;
        while (first < needed.length - 1 && settings.withHeadroom(needed[first]) <= goal) {
            first++;
        }
        Instant when = at.outlook.from().plus(Outlook.BIN.multipliedBy(first));
        String by = first <= bin + 1 ? "now" : Moments.text(when, at.now, settings.zone(), "at");
        return new Wish(
                size,
                Limit.NONE,
                "scale out to " + size + " ahead of time: by "
                        + (at.outlook.seasonal() ? "past days" : "the last hours") + " more than " + nodes(goal)
                        + " are needed " + by + (hpa.complete() ? "" : " (" + String.join("; ", hpa.troubles()) + ")"));
    }

    private Wish inward(SizePlan plan) {
        if (at.tier.moving()) {
            return hold(Limit.IN_FLIGHT, "fewer would do, but " + at.tier.kind().moving());
        }
        int size = plan.size(0);
        if (size < bearable()) {
            return hold(
                    Limit.SURVIVORS,
                    "up to " + Figures.needed(past.highestNeed().orElse(0)) + " were needed in the last "
                            + Durations.text(Past.NEEDS) + ", and the survivors of a scale-in to " + size
                            + " would have had more than their target");
        }
        return new Wish(
                size,
                Limit.NONE,
                "scale in to " + size + ": " + needs() + ", and " + until(plan)
                        + " the " + at.tier.kind().one() + "-hours saved are worth more than the "
                        + at.tier.kind().moves());
    }

    /** How few nodes would not have had too much to do in the last quarter of an hour, the busiest of them as little as the rest. */
    private int bearable() {
        double high = past.highestNeed().orElse(0);
        return ceil(Math.max(high, skewed(high)));
    }

    /** With headroom, and as many that the busiest node is within the bound. */
    private double wanted(double needed) {
        return Math.max(settings.withHeadroom(needed), skewed(needed));
    }

    private double skewed(double needed) {
        return needed * at.tier.skewPercent() / at.tier.maxLoadPercent();
    }

    private Wish stay() {
        int fewer = Math.max(
                settings.min(), ceil(settings.withHeadroom(past.highestNeed().orElse(hpa.needed()))));
        if (fewer >= goal) {
            return hold(Limit.NONE, needs() + ", " + fewer + " with headroom");
        }
        if (!at.windowOpen && plan(true).size(0) < goal) {
            return hold(Limit.WINDOW, needs() + "; the scale-in waits for a window: " + at.window);
        }
        return hold(
                Limit.COST,
                needs() + "; " + fewer
                        + " would do, but what that saves before more are needed again is not worth the "
                        + at.tier.kind().moves());
    }

    private Wish hold(Limit limit, String why) {
        return new Wish(goal, limit, "hold at " + goal + ": " + why);
    }

    // ---- the plan

    private SizePlan plan(boolean openNow) {
        int bin = at.outlook.bin(at.now);
        int bins = Math.min(Outlook.BINS, at.outlook.needed().length - bin);
        double[] needed = new double[bins];
        boolean[] open = Arrays.copyOfRange(at.outlook.open(), bin, bin + bins);
        double least = at.outlook.seasonal() ? 0 : past.highestNeed().orElse(0);
        for (int i = 0; i < bins; i++) { // the nodes must be there before the bin begins in which they are needed
            double next = at.outlook.needed()[Math.min(bin + i + 1, at.outlook.needed().length - 1)];
            needed[i] = wanted(Math.max(least, Math.max(at.outlook.needed()[bin + i], next)));
        }
        needed[0] = Math.max(needed[0], wanted(Double.isNaN(hpa.needed()) ? 0 : hpa.needed()));
        for (int i = 0; i < SOON; i++) {
            needed[i] = Math.max(needed[i], bearable());
        }
        for (int i = FINE; i < bins; i++) { // far ahead it is not worth the time to look at every ten minutes
            open[i] &= i % 3 == 0;
        }
        open[0] = openNow;
        int from = Math.clamp(goal, settings.min(), settings.max());
        double hours = Outlook.BIN.toSeconds() / 3600.0;
        return SizePlan.cheapest(from, settings.min(), settings.max(), needed, open, hours, settings.prices());
    }

    // ---- limits

    private Wish limited(Wish wish, Past then) {
        Limited limited = BehaviorLimits.limit(settings.behavior(), then, goal, wish.replicas, at.now);
        Duration stabilization = settings.behavior().scaleDown().stabilization();
        if (limited.replicas() < goal && !past.covers(stabilization, at.now)) {
            return hold(
                    Limit.STABILIZATION,
                    wish.replicas + " would do, but nothing is scaled in before it has been watched for "
                            + Durations.text(stabilization));
        }
        return switch (limited.limit()) {
            case STABILIZATION ->
                new Wish(
                        limited.replicas(),
                        Limit.STABILIZATION,
                        "hold at " + limited.replicas() + ": " + wish.replicas
                                + " would be right, but has not been for the whole stabilisation window");
            case POLICY ->
                new Wish(
                        limited.replicas(),
                        Limit.POLICY,
                        wish.reason + "; behavior allows " + limited.replicas() + " for now");
            default -> wish;
        };
    }

    private Wish bounded(Wish wish) {
        if (wish.replicas > settings.max()) {
            return new Wish(settings.max(), Limit.MAXIMUM, wish.reason + "; maxReplicas allows " + settings.max());
        }
        if (wish.replicas < settings.min()) {
            return new Wish(settings.min(), Limit.MINIMUM, wish.reason + "; minReplicas asks for " + settings.min());
        }
        return wish;
    }

    // ---- words

    private String needs() {
        return hpa.metric() + " needs " + Figures.needed(hpa.needed());
    }

    private String inFlight() {
        int coming = goal - at.tier.serving();
        return coming > 0 ? " (" + coming + " on their way)" : "";
    }

    private String until(SizePlan plan) {
        int larger = plan.firstLarger();
        return larger >= plan.bins()
                ? "for a day at least"
                : "until "
                        + Moments.text(
                                at.outlook.from().plus(Outlook.BIN.multipliedBy(at.outlook.bin(at.now) + larger)),
                                at.now,
                                settings.zone(),
                                "about");
    }

    private String nodes(int count) {
        return at.tier.kind().count(count);
    }

    private static int ceil(double nodes) {
        return (int) Math.ceil(nodes - 1e-9);
    }
}
