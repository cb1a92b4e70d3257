package io.slackwater.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A slot table while it is being planned: who has what, how much that is, and how much more fits. For one thread. */
final class Assignment {
    private static final int NOBODY = -1;

    private final SlotTable before;
    private final List<PlannedNode> nodes;
    private final SlotLoad load;
    private final HashRing ring;
    private final int[] owner = new int[Slots.COUNT];
    private final long[] loads;
    private final int[] counts;
    private final double[] fair;
    private final double[] bound;
    private final double weights;

    Assignment(SlotTable before, List<PlannedNode> nodes, SlotLoad load, PlannerSettings settings) {
        this.before = before;
        this.nodes = nodes;
        this.load = load;
        this.ring = HashRing.of(nodes, settings.virtualNodes());
        this.loads = new long[nodes.size()];
        this.counts = new int[nodes.size()];
        this.weights = nodes.stream().mapToInt(PlannedNode::weight).sum();
        this.fair = nodes.stream()
                .mapToDouble(node -> load.total() * (node.weight() / weights))
                .toArray();
        this.bound = Arrays.stream(fair)
                .map(share -> share * settings.maxLoadPercent() / 100)
                .toArray();
        Map<String, Integer> numbers = new HashMap<>();
        nodes.forEach(node -> numbers.put(node.id(), numbers.size()));
        Arrays.fill(owner, NOBODY);
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            Integer number = numbers.get(before.owner(slot));
            if (number != null) {
                give(slot, number);
            }
        }
    }

    int nodes() {
        return nodes.size();
    }

    int weight(int node) {
        return nodes.get(node).weight();
    }

    int count(int node) {
        return counts[node];
    }

    long load(int node) {
        return loads[node];
    }

    double fair(int node) {
        return fair[node];
    }

    boolean fits(int node, long more) {
        return loads[node] + more <= bound[node];
    }

    /** The node's fair share of slots, rounded down, and at least one. */
    int quota(int node) {
        return Math.max(1, (int) Math.floor(Slots.COUNT * (weight(node) / weights)));
    }

    boolean hasOwner(int slot) {
        return owner[slot] != NOBODY;
    }

    int[] slotsOf(int node) {
        int[] slots = new int[counts[node]];
        int count = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            if (owner[slot] == node) {
                slots[count++] = slot;
            }
        }
        return slots;
    }

    void give(int slot, int node) {
        int former = owner[slot];
        if (former != NOBODY) {
            loads[former] -= load.of(slot);
            counts[former]--;
        }
        owner[slot] = node;
        loads[node] += load.of(slot);
        counts[node]++;
    }

    /** Gives the slot to the first node clockwise that may have it; false if none may. */
    boolean giveClockwise(int slot, Candidate candidate) {
        if (!anyOf(candidate)) { // else the walk below would go all the way round to find that out
            return false;
        }
        int at = ring.first(slot);
        while (!candidate.may(ring.nodeAt(at))) {
            at = at + 1 == ring.size() ? 0 : at + 1;
        }
        give(slot, ring.nodeAt(at));
        return true;
    }

    /** Gives the slot to the node that will be the least loaded for its weight, if it has no room under the bound either. */
    void giveToLeastLoaded(int slot) {
        int best = 0;
        for (int node = 1; node < nodes.size(); node++) {
            if ((loads[node] + load.of(slot)) / fair[node] < (loads[best] + load.of(slot)) / fair[best]) {
                best = node;
            }
        }
        give(slot, best);
    }

    /** Highest load in percent of the fair share. */
    double skew() {
        double worst = 0;
        for (int node = 0; node < nodes.size(); node++) {
            worst = Math.max(worst, 100 * loads[node] / fair[node]);
        }
        return worst;
    }

    Plan toPlan(double skewBefore) {
        String[] after = new String[Slots.COUNT];
        List<Move> moves = new ArrayList<>();
        long subscriptions = 0;
        long deliveries = 0;
        for (int slot = 0; slot < Slots.COUNT; slot++) {
            String from = before.owner(slot);
            // A slot nobody was found for stays where it is: with an owner that this plan is not about.
            String to = owner[slot] == NOBODY && from != null
                    ? from
                    : nodes.get(owner[slot]).id();
            after[slot] = to;
            if (from != null && !from.equals(to)) {
                moves.add(new Move(slot, from, to));
                subscriptions += load.subscriptions(slot);
                deliveries += load.deliveries(slot);
            }
        }
        return new Plan(SlotTable.of(after), moves, skewBefore, skew(), subscriptions, deliveries);
    }

    private boolean anyOf(Candidate candidate) {
        for (int node = 0; node < nodes.size(); node++) {
            if (candidate.may(node)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a node may have the slot in question. */
    interface Candidate {
        boolean may(int node);
    }
}
