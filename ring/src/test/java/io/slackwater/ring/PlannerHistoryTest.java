package io.slackwater.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Properties of plans over random histories of adds, removals, replacements, weights and loads. */
class PlannerHistoryTest {
    @Property(tries = 60)
    void a_history_of_plans_keeps_every_promise(@ForAll long seed) {
        follow(seed);
    }

    /** Three newcomers of unequal weight, and one slot that carries twice the share of the lightest. */
    @Example
    void an_empty_newcomer_takes_no_slot_that_fits_another_or_none() {
        follow(219286);
    }

    private static void follow(long seed) {
        History history = new History(new Random(seed));
        history.first();
        for (int step = 0; step < 8; step++) {
            history.step();
        }
    }

    /** The nodes as they come and go, and what each plan must keep. */
    private static final class History {
        private final Random random;
        private final PlannerSettings settings;
        private final List<PlannedNode> nodes = new ArrayList<>();
        private final boolean weighted;
        private SlotLoad load;
        private SlotTable table = SlotTable.UNASSIGNED;
        private int born;

        History(Random random) {
            this.random = random;
            this.settings = new PlannerSettings(20 + random.nextInt(200), 105 + random.nextInt(60));
            this.weighted = random.nextBoolean();
            this.load = Loads.any(random);
            for (int i = random.nextInt(random.nextInt(4) == 0 ? 90 : 8); i >= 0; i--) {
                nodes.add(born());
            }
        }

        void first() {
            Plan plan = Planner.plan(table, nodes, load, settings);
            assertThat(plan.moves()).isEmpty();
            allSlotsAreOwnedByWantedNodes(plan);
            underTheBound(plan, all());
            table = plan.result();
            settled();
        }

        void step() {
            if (random.nextBoolean()) {
                load = Loads.any(random); // the history goes on with other traffic
            }
            Set<String> before = new HashSet<>(table.owners());
            List<PlannedNode> removed = new ArrayList<>();
            int kind = nodes.size() == 1 ? 0 : random.nextInt(3);
            if (kind != 0) {
                for (int i = random.nextInt(Math.min(3, nodes.size() - 1)); i >= 0; i--) {
                    removed.add(nodes.remove(random.nextInt(nodes.size())));
                }
            }
            if (kind != 1) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    nodes.add(random.nextInt(nodes.size() + 1), born());
                }
            }
            Plan plan = Planner.plan(table, nodes, load, settings);
            assertThat(Planner.plan(table, nodes, load, settings))
                    .as("same input, same plan")
                    .isEqualTo(plan);
            allSlotsAreOwnedByWantedNodes(plan);
            assertThat(Planner.apply(table, plan.moves(), union(before, all()))).isEqualTo(plan.result());
            switch (kind) {
                case 0 -> onlyNewcomersGot(plan, before);
                case 1 -> onlyTheRemovedGave(plan, removed);
                default -> bothNeedsWereMet(plan, before, removed);
            }
            assertThat(plan.skewAfter())
                    .isLessThanOrEqualTo(
                            Math.max(plan.skewBefore(), Math.max(settings.maxLoadPercent(), unavoidable())));
            table = plan.result();
            settled();
        }

        private void onlyNewcomersGot(Plan plan, Set<String> before) {
            assertThat(plan.moves()).allMatch(move -> before.contains(move.from()) && !before.contains(move.to()));
            int minimum = 0;
            Map<String, Integer> slots = plan.result().slotsPerNode();
            for (PlannedNode node : nodes) {
                if (!before.contains(node.id())) {
                    minimum += quota(node);
                    assertThat(slots.get(node.id())).as("slots of %s", node).isLessThanOrEqualTo(quota(node));
                    if (load == SlotLoad.UNIFORM) {
                        assertThat(slots.get(node.id())).isEqualTo(quota(node));
                    }
                }
            }
            assertThat(plan.moves()).hasSizeLessThanOrEqualTo(minimum);
            underTheBound(plan, minus(all(), before));
        }

        private void onlyTheRemovedGave(Plan plan, List<PlannedNode> removed) {
            Set<String> gone = new HashSet<>();
            removed.forEach(node -> gone.add(node.id()));
            int[] expected = IntStream.range(0, Slots.COUNT)
                    .filter(slot -> gone.contains(table.owner(slot)))
                    .toArray();
            assertThat(plan.moves().stream().mapToInt(Move::slot).toArray()).isEqualTo(expected);
            Set<String> heirs = new HashSet<>();
            plan.moves().forEach(move -> heirs.add(move.to()));
            underTheBound(plan, heirs);
        }

        private void bothNeedsWereMet(Plan plan, Set<String> before, List<PlannedNode> removed) {
            int orphans = removed.stream()
                    .mapToInt(node -> table.slotsPerNode().getOrDefault(node.id(), 0))
                    .sum();
            int quotas = nodes.stream()
                    .filter(node -> !before.contains(node.id()))
                    .mapToInt(this::quota)
                    .sum();
            assertThat(plan.moves()).hasSizeBetween(orphans, orphans + quotas);
            if (load == SlotLoad.UNIFORM) {
                assertThat(plan.moves()).hasSize(Math.max(orphans, quotas));
            }
        }

        private void settled() {
            assertThat(Planner.plan(table, nodes, load, settings).moves()).isEmpty();
        }

        private void allSlotsAreOwnedByWantedNodes(Plan plan) {
            assertThat(new HashSet<>(plan.result().owners())).isEqualTo(all());
        }

        /** No node of these is above its bound, unless the slots are too heavy to be spread under it. */
        private void underTheBound(Plan plan, Set<String> whom) {
            Map<String, Long> loads = new HashMap<>();
            for (String owner : plan.result().owners()) {
                long[] sum = {0};
                plan.result().slotsOf(owner).forEach(slot -> sum[0] += load.of(slot));
                loads.put(owner, sum[0]);
            }
            for (PlannedNode node : nodes) {
                if (whom.contains(node.id())) {
                    double percent = 100.0 * loads.getOrDefault(node.id(), 0L) / fair(node);
                    assertThat(percent)
                            .as("%s of %s, bound %s", node, loads, settings)
                            .isLessThanOrEqualTo(Math.max(settings.maxLoadPercent(), unavoidable()) + 1e-6);
                }
            }
        }

        /** Above what load in percent only slots that are themselves too heavy can have pushed a node. */
        private double unavoidable() {
            long heaviest = 0;
            for (int slot = 0; slot < Slots.COUNT; slot++) {
                heaviest = Math.max(heaviest, load.of(slot));
            }
            double mean = (double) load.total() / nodes.size();
            double lightest = nodes.stream().mapToDouble(this::fair).min().orElseThrow();
            return heaviest > mean * (settings.maxLoadPercent() - 100) / 100
                    ? settings.maxLoadPercent() + 100 * heaviest / lightest
                    : 0;
        }

        private int quota(PlannedNode node) {
            return Math.max(1, (int) (fair(node) / load.total() * Slots.COUNT + 1e-9));
        }

        private double fair(PlannedNode node) {
            double weights = nodes.stream().mapToInt(PlannedNode::weight).sum();
            return load.total() * (node.weight() / weights);
        }

        private Set<String> all() {
            Set<String> ids = new HashSet<>();
            nodes.forEach(node -> ids.add(node.id()));
            return ids;
        }

        private PlannedNode born() {
            return new PlannedNode("node-" + born++, weighted ? 20 + random.nextInt(400) : 100);
        }

        private static Set<String> union(Set<String> one, Set<String> other) {
            Set<String> both = new HashSet<>(one);
            both.addAll(other);
            return both;
        }

        private static Set<String> minus(Set<String> one, Set<String> other) {
            Set<String> rest = new HashSet<>(one);
            rest.removeAll(other);
            return rest;
        }
    }
}
