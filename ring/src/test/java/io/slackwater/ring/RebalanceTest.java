package io.slackwater.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RebalanceTest {
    private static final PlannerSettings SETTINGS = PlannerSettings.DEFAULT;

    private static List<PlannedNode> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PlannedNode.of("node-" + i))
                .toList();
    }

    private static long heaviest(SlotLoad load) {
        return IntStream.range(0, Slots.COUNT).mapToLong(load::of).max().orElseThrow();
    }

    @Test
    void nothing_moves_while_no_node_is_above_the_bound() {
        for (long seed = 0; seed < 20; seed++) {
            SlotLoad load = Loads.spread(new Random(seed), 1_000);
            SlotTable table =
                    Planner.plan(SlotTable.UNASSIGNED, nodes(5), load, SETTINGS).result();
            Plan plan = Planner.rebalance(table, nodes(5), load, SETTINGS);
            assertThat(plan.skewBefore()).isLessThanOrEqualTo(125);
            assertThat(plan.moves()).isEmpty();
            assertThat(plan.result()).isEqualTo(table);
        }
    }

    @Test
    void every_node_comes_under_the_bound_unless_a_slot_is_too_heavy_and_with_few_slots() {
        int moved = 0;
        for (long seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            int count = 2 + random.nextInt(12);
            SlotTable table = Planner.plan(SlotTable.UNASSIGNED, nodes(count), SlotLoad.UNIFORM, SETTINGS)
                    .result();
            SlotLoad load = Loads.zipf(random, 0.6 + random.nextDouble() * 0.6);
            Plan plan = Planner.rebalance(table, nodes(count), load, SETTINGS);
            double fair = (double) load.total() / count;
            if (heaviest(load) < fair / 8) {
                assertThat(plan.skewAfter()).as("seed %d", seed).isLessThanOrEqualTo(125);
            }
            assertThat(plan.skewAfter()).isLessThanOrEqualTo(plan.skewBefore());
            assertThat(plan.moves()).as("seed %d", seed).hasSizeLessThan(Slots.COUNT / 20);
            assertThat(Planner.rebalance(plan.result(), nodes(count), load, SETTINGS)
                            .moves())
                    .as("again")
                    .isEmpty();
            moved += plan.moves().size();
        }
        assertThat(moved).isPositive();
    }

    @Test
    void what_moves_goes_half_way_below_the_bound_so_that_a_little_noise_moves_nothing_again() {
        SlotTable table = Planner.plan(SlotTable.UNASSIGNED, nodes(4), SlotLoad.UNIFORM, SETTINGS)
                .result();
        long[] deliveries = new long[Slots.COUNT];
        Arrays.fill(deliveries, 100);
        table.slotsOf("node-0").forEach(slot -> deliveries[slot] = 250);
        Plan plan = Planner.rebalance(table, nodes(4), SlotLoad.of(deliveries, deliveries), SETTINGS);
        assertThat(plan.skewBefore()).isGreaterThan(150);
        assertThat(plan.skewAfter()).isLessThanOrEqualTo(112.5);
        assertThat(plan.moves()).allMatch(move -> move.from().equals("node-0"));
    }

    @Test
    void of_equally_heavy_slots_those_with_the_fewest_subscriptions_move() {
        SlotTable table = Planner.plan(SlotTable.UNASSIGNED, nodes(2), SlotLoad.UNIFORM, SETTINGS)
                .result();
        long[] deliveries = new long[Slots.COUNT];
        long[] subscriptions = new long[Slots.COUNT];
        Arrays.fill(deliveries, 10);
        table.slotsOf("node-0").forEach(slot -> {
            deliveries[slot] = 30;
            subscriptions[slot] = slot % 2;
        });
        Plan plan = Planner.rebalance(table, nodes(2), SlotLoad.of(deliveries, subscriptions), SETTINGS);
        assertThat(plan.moves()).isNotEmpty().allMatch(move -> move.slot() % 2 == 0);
    }

    @Test
    void a_slot_too_heavy_for_anybody_else_stays_and_does_not_drive_thousands_of_light_ones_away() {
        SlotTable table = Planner.plan(SlotTable.UNASSIGNED, nodes(4), SlotLoad.UNIFORM, SETTINGS)
                .result();
        int[] slots = table.slotsOf("node-2").toArray();
        long[] deliveries = new long[Slots.COUNT];
        Arrays.fill(deliveries, 1);
        deliveries[slots[0]] = Slots.COUNT;
        deliveries[slots[1]] = Slots.COUNT / 10;
        Plan plan = Planner.rebalance(table, nodes(4), SlotLoad.of(deliveries, deliveries), SETTINGS);
        assertThat(plan.moves())
                .singleElement()
                .satisfies(move -> assertThat(move.slot()).isEqualTo(slots[1]));
        assertThat(plan.skewAfter()).isGreaterThan(125);
    }
}
