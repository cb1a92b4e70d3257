package io.slackwater.operator.migration;

import io.slackwater.ring.Plan;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.load.LoadBoard.Hot;
import io.slackwater.ring.load.LoadBoard.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells load that has shifted from noise. A node is too busy when its load has been above the bound for a stated time without a break; then moving
 * slots away from it is worth proposing, if that would help. It is taken back only when the load is below the middle between even and the bound, so that
 * what hovers around the bound neither proposes again and again nor withdraws what waits. The same holds for a channel that alone carries more than a node's fair share, which no move
 * can help. For one thread; time comes with each call.
 */
public final class LoadWatch {
    /** Below this much traffic of the busiest node, in deliveries a second, uneven is as good as even. */
    public static final double WORTH_DELIVERIES_PER_SECOND = 500;

    /** After a rebalance has ended the next one is not proposed for this long. */
    public static final Duration REST = Duration.ofMinutes(30);

    /** A rebalance takes at least so many points off the skew, in percent. */
    private static final double WORTH_PERCENT = 5;

    private static final Duration HOT_FOR = Duration.ofMinutes(1);
    private static final double HOT_NO_MORE = 0.8;

    private @Nullable Instant aboveSince;
    private @Nullable Instant hotSince;
    private @Nullable String hottest;
    private boolean due;
    private boolean hot;
    private double skewPercent = 100;

    /**
     * What is looked at.
     *
     * @param table who owns the slots
     * @param load what they have to carry
     * @param settings with the bound
     * @param patience how long a node has to be above it; null for rebalancing switched off
     * @param quiet whether nothing moves or waits to, so that a rebalance may be proposed
     * @param lastEnded when the last rebalance ended, null if none is known
     */
    public record View(
            SlotTable table,
            Load load,
            PlannerSettings settings,
            @Nullable Duration patience,
            boolean quiet,
            @Nullable Instant lastEnded,
            Instant now) {}

    /**
     * What was found.
     *
     * @param due whether slots are to be moved off nodes that are too busy
     * @param skewPercent the busiest node's load over the mean; 100 while too little is known or going on
     * @param hotChannel a channel that alone carries more than a node's fair share; null when there is none
     */
    public record Findings(
            boolean due, double skewPercent, @Nullable String hotChannel) {
        /** Nothing. */
        public static final Findings NONE = new Findings(false, 100, null);
    }

    /** @param due whether a rebalance was due for the operator before this one: it waits, or has begun */
    public LoadWatch(boolean due) {
        this.due = due;
    }

    /** Looks. What it finds depends on the former looks, too. */
    public Findings look(View view) {
        if (!view.load.known() || !view.table.isAssigned()) {
            aboveSince = null;
            hotSince = null;
            return new Findings(due && view.patience != null, 100, null);
        }
        Map<String, Long> loads = view.load.slots().perNode(view.table);
        double mean = (double) view.load.slots().total() / loads.size();
        long most = loads.values().stream().mapToLong(Long::longValue).max().orElse(0);
        double busiest =
                view.load.deliveriesPerSecond() * most / view.load.slots().total();
        skewPercent = busiest < WORTH_DELIVERIES_PER_SECOND ? 100 : 100 * most / mean;
        judge(view);
        judgeHottest(view, loads.size());
        return new Findings(due, skewPercent, hot ? hottest : null);
    }

    private void judge(View view) {
        int bound = view.settings.maxLoadPercent();
        if (view.patience == null) {
            due = false;
        } else if (skewPercent > bound) {
            aboveSince = aboveSince == null || view.now.isBefore(aboveSince) ? view.now : aboveSince;
            boolean lasts = !view.now.isBefore(aboveSince.plus(view.patience));
            boolean rested = view.lastEnded == null || !view.now.isBefore(view.lastEnded.plus(REST));
            if (!due && lasts && rested && view.quiet) {
                due = helps(view);
            }
        } else {
            aboveSince = null;
            due &= skewPercent > (100 + bound) / 2.0;
        }
    }

    private static boolean helps(View view) {
        List<PlannedNode> nodes =
                view.table.owners().stream().map(PlannedNode::of).toList();
        Plan plan = Planner.rebalance(view.table, nodes, view.load.slots(), view.settings);
        return plan.skewBefore() - plan.skewAfter() >= WORTH_PERCENT;
    }

    private void judgeHottest(View view, int nodes) {
        Hot first = view.load.hottest().isEmpty() ? null : view.load.hottest().getFirst();
        double share = view.load.deliveriesPerSecond() / nodes;
        if (nodes < 2 || first == null || share < WORTH_DELIVERIES_PER_SECOND) {
            hotSince = null;
            hot = false;
        } else if (first.deliveriesPerSecond() > share) {
            hotSince = hotSince == null || !first.name().equals(hottest) ? view.now : hotSince;
            hottest = first.name();
            hot = !view.now.isBefore(hotSince.plus(HOT_FOR));
        } else {
            hotSince = null;
            hot &= first.name().equals(hottest) && first.deliveriesPerSecond() > HOT_NO_MORE * share;
        }
    }
}
