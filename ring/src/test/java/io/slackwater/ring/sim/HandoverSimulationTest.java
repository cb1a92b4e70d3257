package io.slackwater.ring.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

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
}
