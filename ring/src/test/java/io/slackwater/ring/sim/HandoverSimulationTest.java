package io.slackwater.ring.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.ring.handover.Report;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The machines under seeded schedules. {@code -Dsim.schedules=N} runs more of them, {@code -Dsim.from=SEED} others;
 * {@code -Dsim.scenario=NAME -Dsim.seed=SEED} replays one and prints what happened.
 */
class HandoverSimulationTest {
    private static final int SHOWN = 5;

    @Test
    void nothing_happens_that_the_protocol_does_not_allow() {
        String name = System.getProperty("sim.scenario");
        String seed = System.getProperty("sim.seed");
        if (seed != null && name != null) {
            World world = new World(Scenario.valueOf(name), Long.parseLong(seed), new Bending(), true);
            List<String> wrongs = world.run();
            System.out.println(world.trace);
            assertThat(wrongs).isEmpty();
            return;
        }
        List<Scenario> scenarios = name == null ? List.of(Scenario.values()) : List.of(Scenario.valueOf(name));
        int schedules = Integer.getInteger("sim.schedules", 1_080);
        long from = Long.getLong("sim.from", 1);
        Map<Scenario, Integer> failed = new EnumMap<>(Scenario.class);
        StringBuilder shown = new StringBuilder();
        long done = 0;
        long steps = 0;
        long began = System.nanoTime();
        for (int i = 0; i < schedules; i++) {
            Scenario scenario = scenarios.get(i % scenarios.size());
            long which = from + i / scenarios.size();
            World world = new World(scenario, which, new Bending(), false);
            List<String> wrongs = world.run();
            done += world.history.done();
            steps += world.steps();
            if (!wrongs.isEmpty() && failed.merge(scenario, 1, Integer::sum) <= SHOWN) {
                shown.append("\n-Dsim.scenario=")
                        .append(scenario)
                        .append(" -Dsim.seed=")
                        .append(which)
                        .append("  ")
                        .append(wrongs.getFirst())
                        .append(wrongs.size() > 1 ? " (and " + (wrongs.size() - 1) + " more)" : "");
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                "%d schedules, %.0f a minute; %d handovers done, %d steps%n",
                schedules, schedules / seconds * 60, done, steps);
        assertThat(failed).as("replay with%s", shown).isEmpty();
    }

    @Test
    void a_message_lost_behind_the_socket_shows_in_the_books() {
        int shown = 0;
        for (long seed = 1; seed <= 60; seed++) {
            World world = new World(Scenario.DROP_ONE, seed, new Bending(), false);
            assertThat(world.run()).isEmpty();
            shown += (int) world.history.verdicts().stream()
                    .filter(verdict -> Long.valueOf(1).equals(verdict.lost()))
                    .count();
        }
        assertThat(shown).as("handovers with lost = 1 in 60 runs").isGreaterThan(12);
    }

    @Test
    void books_without_a_report_have_no_figure() {
        int unverified = 0;
        for (long seed = 1; seed <= 40; seed++) {
            World world = new World(Scenario.LOST_MEMBERS, seed, new Bending(), false);
            assertThat(world.run()).isEmpty();
            for (Report.Verdict verdict : world.history.verdicts()) {
                if (verdict.reason().contains("did not report")) {
                    assertThat(verdict.verified()).isFalse();
                    assertThat(verdict.lost()).isNull();
                    unverified++;
                }
            }
        }
        assertThat(unverified)
                .as("handovers that a lost member never reported on, in 40 runs")
                .isGreaterThan(10);
    }

    @Test
    void members_of_two_versions_are_told_what_they_read() {
        int read = 0;
        int keys = 0;
        int refused = 0;
        for (long seed = 1; seed <= 60; seed++) {
            World world = new World(Scenario.VERSION_SKEW, seed, new Bending(), false);
            assertThat(world.run()).as("-Dsim.seed=%s", seed).isEmpty();
            read += world.changesRead;
            keys += world.keysRead;
            refused += world.changesRefused;
        }
        assertThat(read).as("rings told as changes, in 60 runs").isGreaterThan(1_000);
        assertThat(keys).as("changes to a ring that the member did not know").isPositive();
        assertThat(refused).as("changes that reached a member too old").isPositive();
    }

    /** Each of these found a fault that is mended, and finds it again in a machine without the mend. */
    @ParameterizedTest
    @CsvSource({
        "EVERYTHING, 23480",
        "EVERYTHING, 25971",
        "SLOW_ANSWERS, 96",
        "SLOW_ANSWERS, 107",
        "SLOW_ANSWERS, 165",
        "SUBSCRIBER_CUTS, 100266",
        "SUBSCRIBER_CUTS, 110268"
    })
    void what_a_seed_has_found_stays_mended(Scenario scenario, long seed) {
        assertThat(new World(scenario, seed, new Bending(), false).run()).isEmpty();
    }

    @Test
    void a_seed_gives_the_same_run_again() {
        for (Scenario scenario : Scenario.values()) {
            World once = new World(scenario, 7, new Bending(), true);
            World again = new World(scenario, 7, new Bending(), true);
            once.run();
            again.run();
            assertThat(String.valueOf(again.trace)).as("trace of %s", scenario).isEqualTo(String.valueOf(once.trace));
        }
    }
}
