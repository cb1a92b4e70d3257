package io.slackwater.ring;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Takes nodes whose load has grown above the bound back under it and disturbs few subscribers by that: each gives the slots with the most load for
 * each of their subscriptions until it is half-way between its fair share and its bound. So the next breath of
 * noise does not put it above the bound again. A slot goes to the first node clockwise that stays under that level with it, and stays if
 * there is none. Slots lighter than the mean of all stay, too: they are many, relieve little, and would all have to go where one slot alone is too heavy.
 */
final class Leveling {
    private final Assignment assignment;
    private final SlotLoad load;
    private final double[] level;

    private Leveling(Assignment assignment, SlotLoad load, int maxLoadPercent) {
        this.assignment = assignment;
        this.load = load;
        this.level = new double[assignment.nodes()];
        for (int node = 0; node < level.length; node++) {
            level[node] = assignment.fair(node) * (100 + maxLoadPercent) / 200;
        }
    }

    static void run(Assignment assignment, SlotLoad load, int maxLoadPercent) {
        new Leveling(assignment, load, maxLoadPercent).run();
    }

    private void run() {
        Integer[] order = new Integer[level.length];
        Arrays.setAll(order, node -> node);
        Arrays.sort(order, Comparator.comparingDouble(node -> level[node] - assignment.load(node))); // the worst first
        for (int node : order) {
            if (!assignment.fits(node, 0)) {
                relieve(node);
            }
        }
    }

    private void relieve(int node) {
        int[] slots = Arrays.stream(assignment.slotsOf(node))
                .boxed()
                .filter(slot -> load.of(slot) >= load.total() / Slots.COUNT)
                .sorted(Comparator.<Integer>comparingDouble(
                                slot -> -(double) load.of(slot) / (1 + load.subscriptions(slot)))
                        .thenComparing(Comparator.naturalOrder()))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int slot : slots) {
            if (assignment.load(node) <= level[node] || assignment.count(node) == 1) {
                return;
            }
            long more = load.of(slot);
            assignment.giveClockwise(slot, other -> other != node && assignment.load(other) + more <= level[other]);
        }
    }
}
