package io.slackwater.operator.scaling.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.scaling.ScalingSettings;
import io.slackwater.operator.windows.CronWindow;
import io.slackwater.operator.windows.Windows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the scaling decision is measured by, over generated weeks: no minute of overload in which HPA has one, at most a fifth of its moved
 * slots, and node-hours within a tenth of those of an oracle that knows the future.
 */
class ReplayWeekTest {
    private static final Path PLOT = Path.of("../docs/images/autoscaling-week.svg");
    private static final Path DOCUMENTATION = Path.of("../docs/autoscaling.md");
    private static final long COMMITTED_SEED = 1;
    private static final Windows NIGHT = new Windows(
            List.of(new CronWindow("0 23 * * *", Duration.ofHours(8), GeneratedWeek.ZONE)), null, GeneratedWeek.ZONE);

    @ParameterizedTest
    @ValueSource(longs = {2, 3})
    void the_goals_are_met_for_other_seeds(long seed) {
        meets(replay(seed, Windows.NONE), "seed " + seed);
    }

    @ParameterizedTest
    @ValueSource(longs = 1)
    void and_when_planned_moves_have_to_wait_for_the_night(long seed) {
        Replay replay = replay(seed, NIGHT);
        meets(replay, "seed " + seed + " with windows");
        assertThat(replay.decisions())
                .filteredOn(said ->
                        said.reason().contains("ahead of time") || said.reason().startsWith("scale in"))
                .isNotEmpty()
                .allSatisfy(said -> assertThat(NIGHT.cron().getFirst().isOpen(said.at()))
                        .as(said.at() + " " + said.reason())
                        .isTrue());
    }

    @Test
    void the_committed_week_meets_them_and_is_what_the_documentation_shows() throws IOException {
        Replay replay = replay(COMMITTED_SEED, Windows.NONE);
        meets(replay, "the committed seed");
        assertThat(replay.hpa().overloaded())
                .as("else the first goal says nothing")
                .isNotEmpty();
        committed(PLOT, ReplayPlot.of(replay, model(Windows.NONE)));
        String table = ReplayTable.of(replay);
        assertThat(Files.readString(DOCUMENTATION))
                .as("the table in the documentation")
                .contains(table.substring(0, table.indexOf("\n\n")));
    }

    private static void meets(Replay replay, String what) {
        Outcome ours = replay.slackwater();
        String table = what + "\n" + ReplayTable.of(replay);
        assertThat(ours.overloadedWith(replay.hpa()))
                .as("minutes of overload where HPA has some: " + table)
                .isZero();
        assertThat(ours.movedSlots())
                .as("moved slots: " + table)
                .isLessThanOrEqualTo(replay.hpa().movedSlots() / 5);
        assertThat(ours.nodeHours())
                .as("node-hours: " + table)
                .isLessThanOrEqualTo(replay.oracle().nodeHours() * 1.1);
    }

    private static void committed(Path file, String now) throws IOException {
        if (Boolean.getBoolean("slackwater.write")) {
            Files.writeString(file, now);
        }
        assertThat(Files.readString(file))
                .as(file
                        + " differs from what the replay gives: run  ./mvnw -pl operator -am test -Dtest=ReplayWeekTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dslackwater.write=true  and commit the result")
                .isEqualTo(now);
    }

    private static Replay replay(long seed, Windows windows) {
        GeneratedWeek week = GeneratedWeek.of(seed);
        return Replay.of(week.traffic(), week.begin(), model(windows));
    }

    static Model model(Windows windows) {
        return new Model(
                ScalingSettings.of(3, 30, 20, GeneratedWeek.ZONE),
                6_000,
                10_000,
                110,
                Model.USUAL_OVERLOAD,
                Duration.ofMinutes(1),
                100,
                windows);
    }
}
