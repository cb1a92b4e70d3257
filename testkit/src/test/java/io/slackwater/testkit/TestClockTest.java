package io.slackwater.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestClockTest {
    private final TestClock clock = TestClock.at("2026-03-29T00:00:00Z");
    private final List<String> ran = new ArrayList<>();

    @Test
    void standsStillUntilMoved() {
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-29T00:00:00Z"));
        clock.advance(Duration.ofSeconds(5));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-29T00:00:05Z"));
        assertThat(clock.withZone(ZoneId.of("Europe/Berlin")).instant()).isEqualTo(clock.instant());
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
    }

    @Test
    void runsTasksInTheOrderOfTheirTimesEachAtItsOwn() {
        clock.schedule(Duration.ofSeconds(3), () -> note("b"));
        clock.schedule(Duration.ofSeconds(1), () -> {
            note("a");
            clock.schedule(Duration.ofSeconds(1), () -> note("after a"));
        });
        clock.schedule(Duration.ofSeconds(3), () -> note("c"));
        clock.schedule(Duration.ofSeconds(9), () -> note("too late"));
        clock.advance(Duration.ofSeconds(4));
        assertThat(ran).containsExactly("a@1", "after a@2", "b@3", "c@3");
        assertThat(clock.nextTask()).contains(Instant.parse("2026-03-29T00:00:09Z"));
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        TestClock.Task task = clock.schedule(Duration.ofSeconds(1), () -> note("x"));
        assertThat(task.cancel()).isTrue();
        assertThat(clock.nextTask()).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        assertThat(ran).isEmpty();
        assertThat(task.cancel()).isFalse();
    }

    @Test
    void aJumpBackwardsRunsNothingAndPostponesWhatIsDue() {
        clock.schedule(Duration.ofSeconds(1), () -> note("x"));
        clock.set(Instant.parse("2026-03-28T23:00:00Z"));
        assertThat(ran).isEmpty();
        clock.advance(Duration.ofMinutes(59));
        assertThat(ran).isEmpty();
        clock.advance(Duration.ofMinutes(2));
        assertThat(ran).hasSize(1);
    }

    @Test
    void aTaskMustNotMoveTheClock() {
        clock.schedule(Duration.ofSeconds(1), () -> clock.advance(Duration.ofSeconds(1)));
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(2))).isInstanceOf(IllegalStateException.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-29T00:00:02Z"));
    }

    private void note(String what) {
        ran.add(what + "@"
                + Duration.between(Instant.parse("2026-03-29T00:00:00Z"), clock.instant())
                        .toSeconds());
    }
}
