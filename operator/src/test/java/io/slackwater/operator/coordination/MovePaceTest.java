package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.coordination.MovePace.Allowance;
import org.junit.jupiter.api.Test;

class MovePaceTest {
    private final MovePace pace = new MovePace();
    private long now;

    private Allowance after(long millis, long slowest) {
        now += millis;
        return pace.look(slowest, 250, 4, 256, now);
    }

    @Test
    void it_begins_at_full_pace_and_stays_there_while_answers_are_quick_or_unknown() {
        assertThat(after(0, -1)).isEqualTo(new Allowance(4, 256));
        assertThat(after(1_000, 10)).isEqualTo(new Allowance(4, 256));
        assertThat(after(1_000, 100)).as("neither slow nor quick").isEqualTo(new Allowance(4, 256));
    }

    @Test
    void slow_answers_halve_it_again_and_again_but_it_never_stops() {
        assertThat(after(0, 126)).isEqualTo(new Allowance(2, 256));
        assertThat(after(100, 126)).as("the effect does not show yet").isEqualTo(new Allowance(2, 256));
        assertThat(after(500, 200)).isEqualTo(new Allowance(1, 256));
        assertThat(after(500, 200)).isEqualTo(new Allowance(1, 128));
        for (int i = 0; i < 10; i++) {
            after(500, 5_000);
        }
        assertThat(after(500, 5_000)).isEqualTo(new Allowance(1, 32));
    }

    @Test
    void quick_answers_bring_it_back_step_by_step() {
        for (int i = 0; i < 4; i++) {
            after(500, 5_000);
        }
        assertThat(after(500, 20)).isEqualTo(new Allowance(1, 128));
        assertThat(after(500, 100)).as("neither slow nor quick").isEqualTo(new Allowance(1, 128));
        assertThat(after(500, 20)).isEqualTo(new Allowance(1, 256));
        assertThat(after(500, 20)).isEqualTo(new Allowance(2, 256));
        assertThat(after(500, 20)).isEqualTo(new Allowance(3, 256));
        assertThat(after(500, 20)).isEqualTo(new Allowance(4, 256));
        assertThat(after(500, 20)).isEqualTo(new Allowance(4, 256));
    }

    @Test
    void other_limits_hold_from_the_next_look_on() {
        after(0, 126);
        assertThat(pace.look(10, 250, 1, 3, now)).isEqualTo(new Allowance(1, 3));
    }
}
