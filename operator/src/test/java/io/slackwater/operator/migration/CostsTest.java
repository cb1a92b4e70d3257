package io.slackwater.operator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.migration.Costs.Load;
import io.slackwater.operator.migration.Costs.Speed;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.load.LoadBoard;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostsTest {
    private static final SlotTable TWO = Planner.plan(
                    SlotTable.UNASSIGNED,
                    List.of(PlannedNode.of("a"), PlannedNode.of("b")),
                    SlotLoad.UNIFORM,
                    PlannerSettings.DEFAULT)
            .result();
    private static final Load LOAD =
            new Load(Map.of("a", 3_000L, "b", 1_000L), Map.of("a", 300.0, "b", 100.0), LoadBoard.Load.NONE);

    @Test
    void half_as_many_again_take_a_third_of_everything() {
        Costs costs = Costs.of(
                TWO,
                List.of("a", "b"),
                1,
                PlannerSettings.DEFAULT,
                LOAD,
                new Speed(256, 100_000, Duration.ofMillis(100)));
        assertThat(costs.slots()).isCloseTo(Slots.COUNT / 3, org.assertj.core.data.Offset.offset(2));
        assertThat(costs.subscriptions()).isBetween(1_200L, 1_500L);
        assertThat(costs.messagesPerSecond()).isBetween(120L, 150L);
        assertThat(costs.estimate()).isEqualTo(Duration.ofMillis(100).multipliedBy(costs.handovers()));
        assertThat(costs.skewPercentAfter()).isLessThanOrEqualTo(101);
    }

    @Test
    void the_node_that_goes_gives_all_it_has() {
        Costs costs = Costs.of(
                TWO, List.of("b"), 0, PlannerSettings.DEFAULT, LOAD, new Speed(256, 1_000, Duration.ofMillis(1)));
        assertThat(costs.slots()).isEqualTo(TWO.slotsPerNode().get("a"));
        assertThat(costs.subscriptions()).isEqualTo(3_000);
        assertThat(costs.messagesPerSecond()).isEqualTo(300);
        assertThat(costs.estimate()).as("3,000 subscriptions at 1,000/s").isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void rates_that_nobody_has_measured_are_absent_not_zero() {
        Costs costs = Costs.of(
                TWO,
                List.of("b"),
                0,
                PlannerSettings.DEFAULT,
                new Load(Map.of(), Map.of(), LoadBoard.Load.NONE),
                new Speed(256, 1_000, Duration.ofMillis(1)));
        assertThat(costs.messagesPerSecond()).isNull();
    }

    @Test
    void relieving_a_busy_node_costs_what_moves_off_it_and_no_more() {
        long[] deliveries = new long[Slots.COUNT];
        long[] subscriptions = new long[Slots.COUNT];
        Arrays.fill(deliveries, 1_000);
        Arrays.fill(subscriptions, 1);
        TWO.slotsOf("a").forEach(slot -> deliveries[slot] = 2_500);
        LoadBoard.Load slots = new LoadBoard.Load(SlotLoad.of(deliveries, subscriptions), 28_000, 2, List.of());
        Costs costs = Costs.ofRebalancing(
                TWO,
                PlannerSettings.DEFAULT,
                new Load(LOAD.subscriptions(), LOAD.messagesPerSecond(), slots),
                new Speed(256, 100_000, Duration.ofMillis(100)));
        assertThat(costs.skewPercentBefore()).isGreaterThan(130);
        assertThat(costs.skewPercentAfter()).isLessThanOrEqualTo(113);
        assertThat(costs.slots()).isBetween(1, Slots.COUNT / 4);
        assertThat(costs.subscriptions()).as("one for each slot").isEqualTo(costs.slots());
    }

    @Test
    void replacing_every_node_moves_everything_once() {
        Costs costs =
                Costs.ofReplacingAll(TWO, PlannerSettings.DEFAULT, LOAD, new Speed(256, 1_000, Duration.ofMillis(1)));
        assertThat(costs.slots()).isEqualTo(Slots.COUNT);
        assertThat(costs.subscriptions()).isEqualTo(4_000);
        assertThat(costs.messagesPerSecond()).isEqualTo(400);
    }
}
