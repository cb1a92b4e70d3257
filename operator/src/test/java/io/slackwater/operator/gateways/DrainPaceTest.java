package io.slackwater.operator.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** How fast a tier drains. */
class DrainPaceTest {
    @Test
    void begins_at_the_set_rate() {
        assertThat(DrainPace.next(500, 0, OptionalLong.of(9_000))).isEqualTo(500);
    }

    @Test
    void halves_down_to_a_hundredth_while_a_receiver_is_slow() {
        int rate = 500;
        for (int look = 0; look < 20; look++) {
            rate = DrainPace.next(500, rate, OptionalLong.of(DrainPace.SLOW_MILLIS + 1));
        }
        assertThat(rate).isEqualTo(5);
        assertThat(DrainPace.next(500, 500, OptionalLong.of(DrainPace.SLOW_MILLIS + 1)))
                .isEqualTo(250);
        assertThat(DrainPace.next(1, 1, OptionalLong.of(DrainPace.SLOW_MILLIS + 1)))
                .isEqualTo(1);
    }

    @Test
    void grows_by_a_tenth_up_to_the_set_rate() {
        assertThat(DrainPace.next(500, 5, OptionalLong.of(10))).isEqualTo(55);
        assertThat(DrainPace.next(500, 480, OptionalLong.empty())).isEqualTo(500);
        assertThat(DrainPace.next(3, 1, OptionalLong.empty())).isEqualTo(2);
    }

    @Test
    void stays_in_between() {
        assertThat(DrainPace.next(500, 60, OptionalLong.of(DrainPace.QUICK_MILLIS + 1)))
                .isEqualTo(60);
    }

    @Test
    void follows_a_set_rate_that_was_lowered() {
        assertThat(DrainPace.next(100, 500, OptionalLong.empty())).isEqualTo(100);
    }
}
