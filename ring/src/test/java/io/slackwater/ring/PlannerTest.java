package io.slackwater.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final PlannerSettings SETTINGS = PlannerSettings.DEFAULT;

    @Test
    void a_newcomer_gets_its_fair_share_and_the_rest_stay_even() {
        SlotTable three = even(3);
        Plan plan = Planner.plan(three, nodes(4), SlotLoad.UNIFORM, SETTINGS);
        assertThat(plan.moves()).hasSize(4096).allMatch(move -> move.to().equals("node-3"));
        assertThat(plan.result().slotsPerNode().values()).allMatch(slots -> slots == 4096);
        assertThat(plan.skewBefore()).isBetween(133.0, 134.0);
        assertThat(plan.skewAfter()).isEqualTo(100);
    }

    @Test
    void a_heavier_newcomer_gets_more() {
        List<PlannedNode> wanted = new ArrayList<>(nodes(3));
        wanted.add(new PlannedNode("big", 300));
        Plan plan = Planner.plan(even(3), wanted, SlotLoad.UNIFORM, SETTINGS);
        assertThat(plan.result().slotsPerNode()).containsEntry("big", Slots.COUNT / 2);
    }

    @Test
    void a_newcomer_gets_its_share_of_the_load_too() {
        SlotLoad load = Loads.zipf(new Random(5), 0.7);
        SlotTable table =
                Planner.plan(SlotTable.UNASSIGNED, nodes(6), load, SETTINGS).result();
        Plan plan = Planner.plan(table, nodes(7), load, SETTINGS);
        assertThat(plan.moves()).hasSize(Slots.COUNT / 7);
        assertThat(percentOfFairLoad(plan.result(), "node-6", load, 7)).isBetween(95.0, 105.0);
    }

    @Test
    void of_equally_loaded_slots_those_with_the_fewest_subscriptions_move() {
        long[] subscriptions = new long[Slots.COUNT];
        Arrays.setAll(subscriptions, slot -> (slot * 7919L) % 1_000);
        SlotLoad load = SlotLoad.of(new long[Slots.COUNT], subscriptions);
        Plan plan = Planner.plan(even(2), nodes(3), load, SETTINGS);
        long fewest = 0;
        for (String donor : List.of("node-0", "node-1")) {
            long given = plan.moves().stream()
                    .filter(move -> move.from().equals(donor))
                    .count();
            fewest += Arrays.stream(even(2).slotsOf(donor).toArray())
                    .mapToLong(slot -> subscriptions[slot])
                    .sorted()
                    .limit(given)
                    .sum();
        }
        assertThat(plan.subscriptionsMoved()).isEqualTo(fewest);
    }

    @Test
    void subscriptions_are_spared_without_giving_up_the_share_of_the_load() {
        SlotLoad load = Loads.spread(new Random(11), 1_000);
        long all =
                IntStream.range(0, Slots.COUNT).mapToLong(load::subscriptions).sum();
        Plan plan = Planner.plan(even(4), nodes(5), load, SETTINGS);
        assertThat(percentOfFairLoad(plan.result(), "node-4", load, 5)).isBetween(99.0, 101.0);
        assertThat(plan.subscriptionsMoved())
                .as("a blind choice would disturb a fifth of them")
                .isLessThan(all / 5 / 4);
    }

    @Test
    void a_dead_nodes_slots_are_spread_and_not_inherited_by_a_neighbour() {
        SlotTable table = even(10);
        Plan plan = Planner.failover(table, "node-4", without(nodes(10), "node-4"), SlotLoad.UNIFORM, SETTINGS);
        assertThat(plan.moves())
                .hasSize(table.slotsOf("node-4").size())
                .allMatch(m -> m.from().equals("node-4"));
        assertThat(plan.moves().stream().map(Move::to).distinct()).hasSize(9);
        assertThat(plan.skewAfter()).isLessThanOrEqualTo(125);
    }

    @Test
    void a_failover_leaves_a_second_dead_node_and_newcomers_alone() {
        SlotTable table = even(5);
        List<PlannedNode> survivors = new ArrayList<>(without(without(nodes(5), "node-1"), "node-2"));
        survivors.add(PlannedNode.of("fresh"));
        Plan plan = Planner.failover(table, "node-1", survivors, SlotLoad.UNIFORM, SETTINGS);
        assertThat(plan.moves()).allMatch(move -> move.from().equals("node-1"));
        assertThat(plan.moves()).noneMatch(move -> move.to().equals("node-2"));
        assertThat(plan.result().slotsOf("node-2")).isEqualTo(table.slotsOf("node-2"));
    }

    @Test
    void a_slot_above_every_bound_goes_where_it_hurts_least() {
        long[] deliveries = new long[Slots.COUNT];
        Arrays.fill(deliveries, 1);
        deliveries[42] = 1_000_000;
        SlotLoad load = SlotLoad.of(deliveries, new long[Slots.COUNT]);
        String[] owners = new String[Slots.COUNT];
        Arrays.setAll(owners, slot -> "node-" + (slot == 42 ? 0 : slot < 8_000 ? 1 : slot < 12_000 ? 2 : 3));
        Plan plan = Planner.plan(SlotTable.of(owners), without(nodes(4), "node-0"), load, SETTINGS);
        assertThat(plan.moves()).containsExactly(new Move(42, "node-0", "node-2"));
        assertThat(plan.skewAfter()).isGreaterThan(250);
    }

    @Test
    void a_replacement_takes_over_and_nothing_else_moves() {
        SlotTable table = even(8);
        List<PlannedNode> wanted = new ArrayList<>(without(nodes(8), "node-3"));
        wanted.add(PlannedNode.of("fresh"));
        Plan plan = Planner.plan(table, wanted, SlotLoad.UNIFORM, SETTINGS);
        assertThat(plan.moves()).hasSize(2_048).allMatch(move -> move.to().equals("fresh"));
        assertThat(plan.result().slotsOf("fresh")).isEqualTo(table.slotsOf("node-3"));
    }

    @Test
    void first_assignments_differ_little_when_a_node_is_added() {
        SlotTable nine = Planner.plan(SlotTable.UNASSIGNED, nodes(9), SlotLoad.UNIFORM, SETTINGS)
                .result();
        SlotTable ten = Planner.plan(SlotTable.UNASSIGNED, nodes(10), SlotLoad.UNIFORM, SETTINGS)
                .result();
        long same = IntStream.range(0, Slots.COUNT)
                .filter(s -> String.valueOf(nine.owner(s)).equals(ten.owner(s)))
                .count();
        assertThat(same).as("consistent hashing").isGreaterThan(Slots.COUNT * 3 / 4);
    }

    @Test
    void planning_for_a_hundred_nodes_is_quick() {
        SlotLoad load = Loads.zipf(new Random(1), 0.9);
        SlotTable table =
                Planner.plan(SlotTable.UNASSIGNED, nodes(100), load, SETTINGS).result();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            Planner.plan(table, nodes(101), load, SETTINGS);
            Planner.plan(table, nodes(99), load, SETTINGS);
            best = Math.min(best, System.nanoTime() - start);
        }
        assertThat(best / 1_000_000)
                .as("ms for an addition and a removal, the best of 20")
                .isLessThan(100);
    }

    @Test
    void nonsense_is_refused_in_words() {
        SlotTable table = even(3);
        refused("at least one node", () -> Planner.plan(table, List.of(), SlotLoad.UNIFORM, SETTINGS));
        refused("128 nodes", () -> Planner.plan(table, nodes(128), SlotLoad.UNIFORM, SETTINGS));
        List<PlannedNode> twice = List.of(PlannedNode.of("a"), PlannedNode.of("a"));
        refused("node a is wanted twice", () -> Planner.plan(table, twice, SlotLoad.UNIFORM, SETTINGS));
        refused("weight 0", () -> new PlannedNode("a", 0));
        refused("weight 1001", () -> new PlannedNode("a", 1_001));
        refused("maxLoadPercent is 100", () -> new PlannerSettings(160, 100));
        refused("maxLoadPercent is 1001", () -> new PlannerSettings(160, 1_001));
        refused("virtualNodes is 0", () -> new PlannerSettings(0, 125));
        refused("16383 slots", () -> SlotLoad.of(new long[16_383], new long[Slots.COUNT]));
        long[] negative = new long[Slots.COUNT];
        negative[7] = -1;
        refused("slot 7", () -> SlotLoad.of(new long[Slots.COUNT], negative));
        refused("cannot be a survivor", () -> Planner.failover(table, "node-1", nodes(3), SlotLoad.UNIFORM, SETTINGS));
        Set<String> known = Set.of("node-0", "node-1", "node-2");
        Move good = new Move(0, "node-0", "node-1");
        refused("no node ghost", () -> Planner.apply(table, List.of(new Move(0, "node-0", "ghost")), known));
        refused("belongs to node-0", () -> Planner.apply(table, List.of(new Move(0, "node-1", "node-2")), known));
        refused("moved twice", () -> Planner.apply(table, List.of(good, good), known));
        refused("to itself", () -> new Move(0, "a", "a"));
    }

    private static void refused(String words, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(words);
    }

    private static double percentOfFairLoad(SlotTable table, String node, SlotLoad load, int nodes) {
        long sum =
                Arrays.stream(table.slotsOf(node).toArray()).mapToLong(load::of).sum();
        return 100.0 * sum * nodes / load.total();
    }

    private static SlotTable even(int nodes) {
        return SlotTable.of(IntStream.range(0, Slots.COUNT)
                .mapToObj(slot -> "node-" + slot % nodes)
                .toArray(String[]::new));
    }

    private static List<PlannedNode> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PlannedNode.of("node-" + i))
                .toList();
    }

    private static List<PlannedNode> without(List<PlannedNode> nodes, String id) {
        return nodes.stream().filter(node -> !node.id().equals(id)).toList();
    }
}
