package io.slackwater.operator.scaling.replay;

import io.slackwater.ring.Slots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A tier of nodes between which slots move at a steady speed. Nodes that are asked for take a while to start; those that are to leave do
 * so once they are empty. The newest leave first, and one that is still starting at once. For one thread.
 */
final class SimulatedTier {
    private final Model model;
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private int goal;
    private double moved;

    private static final class SimulatedNode {
        double slots;
        double startsFor;
        boolean leaves;
    }

    SimulatedTier(Model model, int size) {
        this.model = model;
        this.goal = size;
        for (int i = 0; i < size; i++) {
            SimulatedNode node = new SimulatedNode();
            node.slots = (double) Slots.COUNT / size;
            nodes.add(node);
        }
    }

    /** Brings it to another size from now on. */
    void ask(int size) {
        goal = size;
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).leaves = i >= size;
        }
        nodes.removeIf(node -> node.leaves && node.slots == 0);
        while (nodes.size() < size) {
            SimulatedNode node = new SimulatedNode();
            node.startsFor = model.podStart().toMillis() / 1000.0;
            nodes.add(node);
        }
    }

    /** Lets time pass. */
    void pass(Duration time) {
        double seconds = time.toMillis() / 1000.0;
        nodes.forEach(node -> node.startsFor = Math.max(0, node.startsFor - seconds));
        double may = model.slotsPerSecond() * seconds;
        double share = (double) Slots.COUNT / goal;
        while (may > 1e-6) {
            SimulatedNode from = most(Comparator.comparingDouble(node -> surplus(node, share)));
            SimulatedNode to =
                    most(Comparator.comparingDouble(node -> node.startsFor > 0 ? -1 : -surplus(node, share)));
            double part = Math.min(may, Math.min(surplus(from, share), to.startsFor > 0 ? 0 : -surplus(to, share)));
            if (part <= 1e-6) {
                break;
            }
            from.slots -= part;
            to.slots += part;
            moved += part;
            may -= part;
        }
        nodes.removeIf(node -> node.leaves && node.slots < 1e-3);
    }

    private SimulatedNode most(Comparator<SimulatedNode> by) {
        return nodes.stream().max(by).orElseThrow();
    }

    private static double surplus(SimulatedNode node, double share) {
        return node.slots - (node.leaves ? 0 : share);
    }

    int goal() {
        return goal;
    }

    /** Nodes that exist and cost money, those that start and those that leave too. */
    int nodes() {
        return nodes.size();
    }

    /** Nodes that own slots. */
    int serving() {
        return (int) nodes.stream().filter(node -> node.slots > 0).count();
    }

    boolean moving() {
        double share = (double) Slots.COUNT / goal;
        return nodes.stream().anyMatch(node -> node.startsFor > 0 || Math.abs(surplus(node, share)) > 1);
    }

    /** Slots of the node that has most, as a share of all. */
    double busiestShare() {
        return nodes.stream().mapToDouble(node -> node.slots).max().orElse(0) / Slots.COUNT;
    }

    /** Slots that were moved so far. */
    double moved() {
        return moved;
    }
}
