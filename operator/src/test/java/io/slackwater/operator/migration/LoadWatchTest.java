package io.slackwater.operator.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.migration.LoadWatch.Findings;
import io.slackwater.ring.PlannedNode;
import io.slackwater.ring.Planner;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.load.LoadBoard.Hot;
import io.slackwater.ring.load.LoadBoard.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoadWatchTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final SlotTable TABLE = Planner.plan(
                    SlotTable.UNASSIGNED,
                    List.of(PlannedNode.of("a"), PlannedNode.of("b"), PlannedNode.of("c"), PlannedNode.of("d")),
                    SlotLoad.UNIFORM,
                    PlannerSettings.DEFAULT)
            .result();

    private final LoadWatch watch = new LoadWatch(false);
    private Instant now = Instant.parse("2026-01-05T00:00:00Z");
    private boolean quiet = true;
    private @Nullable Duration patience = PATIENCE;
    private @Nullable Instant lastEnded;

    private Findings look(Load load, Duration later) {
        now = now.plus(later);
        return watch.look(new LoadWatch.View(TABLE, load, PlannerSettings.DEFAULT, patience, quiet, lastEnded, now));
    }

    /** Node a carries this much more for each of its slots. */
    private static Load shifted(double factor, double perSecond) {
        long[] deliveries = new long[Slots.COUNT];
        Arrays.fill(deliveries, 1_000);
        TABLE.slotsOf("a").forEach(slot -> deliveries[slot] = Math.round(1_000 * factor));
        return new Load(SlotLoad.of(deliveries, new long[Slots.COUNT]), perSecond, 3, List.of());
    }

    @Test
    void what_has_shifted_is_due_once_it_has_lasted_and_a_break_starts_the_time_anew() {
        assertThat(look(shifted(3, 8_000), Duration.ZERO).due()).isFalse();
        assertThat(look(shifted(3, 8_000), Duration.ofMinutes(9)).due()).isFalse();
        assertThat(look(shifted(1, 8_000), Duration.ofSeconds(5)).due()).isFalse();
        assertThat(look(shifted(3, 8_000), Duration.ofSeconds(5)).due()).isFalse();
        assertThat(look(shifted(3, 8_000), Duration.ofMinutes(9)).due()).isFalse();
        Findings found = look(shifted(3, 8_000), Duration.ofMinutes(1));
        assertThat(found.due()).isTrue();
        assertThat(found.skewPercent()).isBetween(150.0, 250.0);
    }

    @Test
    void what_is_due_is_taken_back_in_the_middle_between_even_and_the_bound_and_not_before() {
        look(shifted(3, 8_000), Duration.ZERO);
        assertThat(look(shifted(3, 8_000), PATIENCE).due()).isTrue();
        Load between = shifted(1.25, 8_000);
        assertThat(look(between, Duration.ofSeconds(5)).skewPercent()).isBetween(113.0, 125.0);
        assertThat(look(between, Duration.ofSeconds(5)).due()).isTrue();
        assertThat(look(shifted(1.02, 8_000), Duration.ofSeconds(5)).due()).isFalse();
        assertThat(look(between, Duration.ofHours(1)).due()).isFalse();
    }

    @Test
    void it_is_not_due_while_something_else_moves_after_another_one_or_when_it_is_switched_off() {
        quiet = false;
        look(shifted(3, 8_000), Duration.ZERO);
        assertThat(look(shifted(3, 8_000), Duration.ofHours(1)).due())
                .as("moving")
                .isFalse();
        quiet = true;
        lastEnded = now;
        assertThat(look(shifted(3, 8_000), LoadWatch.REST.minusSeconds(1)).due())
                .as("just ended")
                .isFalse();
        patience = null;
        assertThat(look(shifted(3, 8_000), Duration.ofHours(1)).due()).as("off").isFalse();
        patience = PATIENCE;
        assertThat(look(shifted(3, 8_000), Duration.ofSeconds(1)).due()).isTrue();
        patience = null;
        assertThat(look(shifted(3, 8_000), Duration.ofSeconds(1)).due())
                .as("switched off")
                .isFalse();
    }

    @Test
    void little_traffic_and_what_no_move_can_help_are_not_worth_one() {
        look(shifted(3, 400), Duration.ZERO);
        assertThat(look(shifted(3, 400), Duration.ofHours(1)).due())
                .as("little traffic")
                .isFalse();
        long[] deliveries = new long[Slots.COUNT];
        Arrays.fill(deliveries, 1);
        deliveries[TABLE.slotsOf("a").toArray()[0]] = 1_000_000;
        Load giant = new Load(SlotLoad.of(deliveries, new long[Slots.COUNT]), 9_000, 3, List.of());
        look(giant, Duration.ZERO);
        assertThat(look(giant, Duration.ofHours(1)).due())
                .as("one slot too heavy for any")
                .isFalse();
    }

    @Test
    void a_successor_goes_on_with_what_was_due_also_before_it_knows_the_load() {
        LoadWatch successor = new LoadWatch(true);
        LoadWatch.View unknown =
                new LoadWatch.View(TABLE, Load.NONE, PlannerSettings.DEFAULT, PATIENCE, false, null, now);
        assertThat(successor.look(unknown).due()).isTrue();
        assertThat(successor
                        .look(new LoadWatch.View(
                                TABLE, shifted(1, 8_000), PlannerSettings.DEFAULT, PATIENCE, false, null, now))
                        .due())
                .isFalse();
    }

    @Test
    void a_clock_that_jumps_back_makes_nothing_due() {
        look(shifted(3, 8_000), Duration.ZERO);
        look(shifted(3, 8_000), Duration.ofDays(-1));
        assertThat(look(shifted(3, 8_000), Duration.ofMinutes(9)).due()).isFalse();
        assertThat(look(shifted(3, 8_000), Duration.ofMinutes(1)).due()).isTrue();
    }

    /** Daily wave, weekends, bursts of single slots and noise, a look every minute: 10,080 looks. */
    @Test
    void a_week_of_noise_proposes_nothing() {
        Random random = new Random(7);
        double[] level = new double[Slots.COUNT];
        Arrays.setAll(level, slot -> 500 * Math.exp(random.nextGaussian() * 0.8));
        long[] deliveries = new long[Slots.COUNT];
        double worst = 0;
        for (int look = 0; look < 7 * 24 * 60; look++) {
            double hours = look / 60.0;
            double wave = 1 + 0.7 * Math.sin(2 * Math.PI * hours / 24);
            int burst = random.nextInt(Slots.COUNT);
            if (look % 5 == 0) { // smoothed over minutes, the load does not change faster
                for (int slot = 0; slot < Slots.COUNT; slot++) {
                    deliveries[slot] = Math.round(level[slot] * wave * (0.5 + random.nextDouble()));
                }
                deliveries[burst] += random.nextInt(20) == 0 ? 3_000_000 : 0; // above the bound for five minutes
            }
            Load load = new Load(SlotLoad.of(deliveries, new long[Slots.COUNT]), 8_000 * wave, 20, List.of());
            Findings found = look(load, Duration.ofMinutes(1));
            worst = Math.max(worst, found.skewPercent());
            assertThat(found.due()).as("hour %s", hours).isFalse();
        }
        assertThat(worst).as("it was put to the test").isGreaterThan(125);
    }

    @Test
    void a_channel_above_a_node_s_share_is_named_after_a_minute_until_it_is_clearly_below() {
        assertThat(look(hot(3_000), Duration.ZERO).hotChannel()).isNull();
        assertThat(look(hot(3_000), Duration.ofSeconds(59)).hotChannel()).isNull();
        assertThat(look(hot(3_000), Duration.ofSeconds(1)).hotChannel()).isEqualTo("world-cup");
        assertThat(look(hot(1_900), Duration.ofSeconds(1)).hotChannel())
                .as("a little below")
                .isEqualTo("world-cup");
        assertThat(look(hot(1_500), Duration.ofSeconds(1)).hotChannel()).isNull();
    }

    private static Load hot(double perSecond) {
        Load even = shifted(1, 8_000);
        return new Load(even.slots(), 8_000, 3, List.of(new Hot("world-cup", perSecond), new Hot("other", 1)));
    }
}
