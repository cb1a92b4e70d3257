package io.slackwater.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slackwater.ring.Plan;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SizePlanTest {
    private static final Prices PRICES = new Prices(10, 2, 5);

    @Test
    void it_is_the_cheapest_of_all_there_are() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            double[] needed = random.doubles(5, 0.5, 5.5).toArray();
            boolean[] open = new boolean[5];
            for (int bin = 0; bin < open.length; bin++) {
                open[bin] = random.nextInt(3) > 0;
            }
            int from = 1 + random.nextInt(5);
            double hours = 1 + random.nextInt(6);
            SizePlan plan = SizePlan.cheapest(from, 1, 5, needed, open, hours, PRICES);
            int[] sizes = IntStream.range(0, 5).map(plan::size).toArray();
            assertThat(cost(from, sizes, needed, open, hours))
                    .as("round " + round)
                    .isCloseTo(least(from, new int[5], 0, needed, open, hours), within(1e-6));
        }
    }

    @Test
    void a_dip_that_is_not_worth_the_moves_is_sat_out_and_a_long_one_is_not() {
        double[] dip = new double[40];
        Arrays.fill(dip, 8);
        Arrays.fill(dip, 0, 6, 4);
        boolean[] open = new boolean[40];
        Arrays.fill(open, true);
        assertThat(SizePlan.cheapest(8, 1, 20, dip, open, 0.5, PRICES).size(0)).isEqualTo(8);
        Arrays.fill(dip, 0, 30, 4);
        SizePlan plan = SizePlan.cheapest(8, 1, 20, dip, open, 0.5, PRICES);
        assertThat(plan.size(0)).isEqualTo(4);
        assertThat(plan.firstLarger()).isEqualTo(30);
    }

    @Test
    void nodes_come_in_the_last_window_before_they_are_needed() {
        double[] needed = new double[20];
        Arrays.fill(needed, 3);
        Arrays.fill(needed, 15, 20, 9);
        boolean[] open = new boolean[20];
        Arrays.fill(open, 2, 6, true);
        SizePlan plan = SizePlan.cheapest(3, 3, 20, needed, open, 1, PRICES);
        assertThat(plan.size(4)).isEqualTo(3);
        assertThat(plan.size(5)).isEqualTo(9);
    }

    @Test
    void the_share_that_moves_is_what_the_rings_planner_moves() {
        for (int[] change : new int[][] {{3, 5}, {5, 3}, {4, 12}, {12, 11}, {1, 2}}) {
            SlotTable table = Planner.plan(
                            SlotTable.UNASSIGNED, nodes(change[0]), SlotLoad.UNIFORM, PlannerSettings.DEFAULT)
                    .result();
            Plan plan = Planner.plan(table, nodes(change[1]), SlotLoad.UNIFORM, PlannerSettings.DEFAULT);
            double moved = (double) plan.moves().size() / Slots.COUNT;
            // Who leaves may own somewhat more or less than the others, within the bound of 125 %.
            assertThat(moved).as(Arrays.toString(change)).isCloseTo(Prices.share(change[0], change[1]), within(0.06));
        }
    }

    private static List<PlannedNode> nodes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> PlannedNode.of("node-" + i))
                .toList();
    }

    private static double least(int from, int[] sizes, int bin, double[] needed, boolean[] open, double hours) {
        if (bin == sizes.length) {
            return cost(from, sizes, needed, open, hours);
        }
        double least = Double.POSITIVE_INFINITY;
        for (int size = 1; size <= 5; size++) {
            sizes[bin] = size;
            least = Math.min(least, least(from, sizes, bin + 1, needed, open, hours));
        }
        return least;
    }

    private static double cost(int from, int[] sizes, double[] needed, boolean[] open, double hours) {
        double cost = 0;
        int before = from;
        for (int bin = 0; bin < sizes.length; bin++) {
            if (sizes[bin] != before && !open[bin]) {
                return Double.POSITIVE_INFINITY;
            }
            cost += PRICES.move(before, sizes[bin]);
            cost += hours * (sizes[bin] + PRICES.missing() * Math.max(0, needed[bin] - sizes[bin]));
            before = sizes[bin];
        }
        return cost;
    }
}
