package io.slackwater.operator.coordination;

import io.slackwater.ring.Batch;
import io.slackwater.ring.Move;
import io.slackwater.ring.Plan;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the slots shall be, held on to from the first move to the last: planning anew half-way would find newcomers that own
 * something already and leave them as they are.
 *
 * @param wanted ids of the nodes that shall own slots
 * @param settings it was planned with
 * @param rebalance see {@link Wish#rebalance}
 * @param target the table once everything is moved
 */
record Goal(Set<String> wanted, PlannerSettings settings, int rebalance, SlotTable target) {
    /** Stands for nodes that are being filled, while what they have so far is planned again. No node id has this form. */
    private static final String SO_FAR = "~so far";

    Goal {
        wanted = Set.copyOf(wanted);
    }

    /**
     * Plans.
     *
     * @param current who owns the slots, open handovers counted as done
     * @param filling nodes that own less than an earlier goal gave them: they get their share as newcomers do, and keep what they have
     */
    static Goal plan(SlotTable current, Collection<String> wanted, Set<String> filling, Wish wish, SlotLoad load) {
        PlannerSettings settings = wish.planner();
        List<PlannedNode> nodes = nodes(wanted);
        Set<String> refill = new HashSet<>(filling);
        refill.retainAll(wanted);
        refill.retainAll(current.owners());
        if (refill.isEmpty() || current.owners().size() == refill.size()) {
            SlotTable target = Planner.plan(current, nodes, load, settings).result();
            return new Goal(Set.copyOf(wanted), settings, wish.rebalance(), target);
        }
        String[] masked = current.toArray();
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            if (refill.contains(masked[slot])) {
                masked[slot] = SO_FAR;
            }
        }
        String[] result = Planner.plan(SlotTable.of(masked), nodes, load, settings)
                .result()
                .toArray();
        keepOwn(current, refill, result);
        return new Goal(Set.copyOf(wanted), settings, wish.rebalance(), SlotTable.of(result));
    }

    /** The goal that takes nodes above the bound back under it. */
    static Goal rebalance(SlotTable current, Collection<String> wanted, Wish wish, SlotLoad load) {
        SlotTable target =
                Planner.rebalance(current, nodes(wanted), load, wish.planner()).result();
        return new Goal(Set.copyOf(wanted), wish.planner(), wish.rebalance(), target);
    }

    /** Whether so many slots are less than half of what each of so many nodes has in the mean: it is a newcomer, or on its way. */
    static boolean few(int slots, int nodes) {
        return slots < Slots.COUNT / Math.max(1, nodes) / 2;
    }

    private static List<PlannedNode> nodes(Collection<String> ids) {
        return ids.stream().sorted().map(PlannedNode::of).toList();
    }

    /** Whether it differs from another one in nothing but that it relieves nodes above the bound once more. */
    boolean levels(Goal former) {
        return rebalance > former.rebalance && wanted.equals(former.wanted) && settings.equals(former.settings);
    }

    /** What is still to be done, in batches; open handovers count as done. */
    List<Batch> remaining(SlotTable current, int slotsPerBatch) {
        if (current.equals(target)) {
            return List.of();
        }
        List<Move> moves = new ArrayList<>();
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            String from = current.owner(slot);
            String to = target.owner(slot);
            if (from != null && to != null && !from.equals(to)) {
                moves.add(new Move(slot, from, to));
            }
        }
        return new Plan(target, moves, 0, 0, 0, 0).batches(slotsPerBatch);
    }

    /** Nodes that own less than this goal gives them. */
    Set<String> unfilled(SlotTable current) {
        Map<String, Integer> now = current.slotsPerNode();
        Set<String> unfilled = new HashSet<>();
        target.slotsPerNode().forEach((node, slots) -> {
            if (now.getOrDefault(node, 0) < slots) {
                unfilled.add(node);
            }
        });
        return unfilled;
    }

    /** Exchanges slots so that each node keeps what it has, and every node's number of slots stays as planned. */
    private static void keepOwn(SlotTable current, Set<String> nodes, String[] result) {
        for (String node : nodes) {
            Map<String, Deque<Integer>> gained = new HashMap<>();
            for (int slot = 0; slot < Slots.COUNT; slot++) {
                if (result[slot].equals(node) && !node.equals(current.owner(slot))) {
                    gained.computeIfAbsent(String.valueOf(current.owner(slot)), from -> new ArrayDeque<>())
                            .add(slot);
                }
            }
            for (int slot = 0; slot < Slots.COUNT; slot++) {
                if (!node.equals(current.owner(slot)) || result[slot].equals(node)) {
                    continue;
                }
                String heir = result[slot];
                Deque<Integer> exchange = gained.getOrDefault(heir, new ArrayDeque<>());
                if (exchange.isEmpty()) { // best is a slot that its owner then keeps, any other will do
                    exchange = gained.values().stream()
                            .filter(slots -> !slots.isEmpty())
                            .findFirst()
                            .orElse(exchange);
                }
                Integer other = exchange.poll();
                if (other != null) {
                    result[slot] = node;
                    result[other] = heir;
                }
            }
        }
    }
}
