package io.slackwater.operator.migration;

import io.slackwater.ring.Plan;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.load.LoadBoard;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a change of the ring costs.
 *
 * @param slots that change their owner
 * @param subscriptions that follow them, about: each node's, in the proportion of the slots it gives away
 * @param messagesPerSecond on these slots, about; null while no node has been measured
 * @param handovers it takes
 * @param skewPercentBefore the busiest node's share over the mean
 * @param skewPercentAfter the same when it is done
 * @param estimate from the first handover to the last
 */
public record Costs(
        int slots,
        long subscriptions,
        @Nullable Long messagesPerSecond,
        int handovers,
        int skewPercentBefore,
        int skewPercentAfter,
        Duration estimate) {
    /** What a node that does not exist yet is called in a plan. No node id has this form. */
    private static final String NEWCOMER = "~new-";

    /**
     * What is known of the nodes.
     *
     * @param subscriptions on each, by id
     * @param messagesPerSecond of each, by id
     * @param slots what members have reported of each slot
     */
    public record Load(Map<String, Long> subscriptions, Map<String, Double> messagesPerSecond, LoadBoard.Load slots) {}

    /**
     * How fast slots move.
     *
     * @param slotsPerHandover most slots of one handover
     * @param subscriptionsPerSecond the rate limit
     * @param perHandover time that one takes, as measured in earlier moves, those running at the same time counted
     */
    public record Speed(int slotsPerHandover, int subscriptionsPerSecond, Duration perHandover) {}

    /**
     * Plans the change and adds up.
     *
     * @param staying ids of the nodes that are there and own slots when it is done
     * @param newcomers nodes that are added to them
     */
    public static Costs of(
            SlotTable current, List<String> staying, int newcomers, PlannerSettings settings, Load load, Speed speed) {
        List<PlannedNode> nodes = Stream.concat(
                        staying.stream().sorted(), IntStream.range(0, newcomers).mapToObj(i -> NEWCOMER + i))
                .map(PlannedNode::of)
                .toList();
        return of(current, Planner.plan(current, nodes, load.slots().planned(), settings), load, speed);
    }

    /** Nodes that are too busy are relieved of some slots. */
    public static Costs ofRebalancing(SlotTable current, PlannerSettings settings, Load load, Speed speed) {
        List<PlannedNode> nodes = current.owners().stream().map(PlannedNode::of).toList();
        return of(current, Planner.rebalance(current, nodes, load.slots().slots(), settings), load, speed);
    }

    private static Costs of(SlotTable current, Plan plan, Load load, Speed speed) {
        Map<String, Long> given = plan.moves().stream()
                .filter(move -> move.from() != null)
                .collect(Collectors.groupingBy(move -> move.from(), Collectors.counting()));
        return of(current, given, plan, plan.batches(speed.slotsPerHandover()).size(), load, speed);
    }

    /** Every node is replaced by another one: all slots move once. */
    public static Costs ofReplacingAll(SlotTable current, PlannerSettings settings, Load load, Speed speed) {
        List<PlannedNode> nodes = current.owners().stream().map(PlannedNode::of).toList();
        Plan still = Planner.plan(current, nodes, load.slots().planned(), settings);
        Map<String, Long> given = current.slotsPerNode().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().longValue()));
        int handovers = Math.ceilDiv(Slots.COUNT, speed.slotsPerHandover());
        return of(current, given, still, handovers, load, speed);
    }

    private static Costs of(
            SlotTable current, Map<String, Long> given, Plan plan, int handovers, Load load, Speed speed) {
        Map<String, Integer> owned = current.slotsPerNode();
        double subscriptions = 0;
        double messages = 0;
        boolean measured = false;
        for (Map.Entry<String, Long> from : given.entrySet()) {
            double share = (double) from.getValue() / Math.max(1, owned.getOrDefault(from.getKey(), 1));
            subscriptions += share * load.subscriptions().getOrDefault(from.getKey(), 0L);
            Double rate = load.messagesPerSecond().get(from.getKey());
            measured |= rate != null;
            messages += rate == null ? 0 : share * rate;
        }
        if (load.slots().known() && !plan.moves().isEmpty()) {
            subscriptions = plan.subscriptionsMoved();
        }
        long slots = given.values().stream().mapToLong(Long::longValue).sum();
        long bySubscriptions = Math.round(1000 * subscriptions / speed.subscriptionsPerSecond());
        long byHandovers = speed.perHandover().toMillis() * handovers;
        return new Costs(
                (int) slots,
                Math.round(subscriptions),
                measured ? Math.round(messages) : null,
                handovers,
                (int) Math.round(plan.skewBefore()),
                (int) Math.round(plan.skewAfter()),
                Duration.ofMillis(Math.max(bySubscriptions, byHandovers)));
    }
}
