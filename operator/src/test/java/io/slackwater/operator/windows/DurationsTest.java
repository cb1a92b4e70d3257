package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @Test
    void units_from_the_largest_to_the_smallest() {
        assertThat(Durations.parse("7d")).isEqualTo(Duration.ofDays(7));
        assertThat(Durations.parse("2h")).isEqualTo(Duration.ofHours(2));
        assertThat(Durations.parse("1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("1d2h3m4s")).isEqualTo(Duration.ofSeconds(93_784));
        assertThat(Durations.parse("90m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Durations.parse("0s")).isEqualTo(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "2", "2 h", "2hours", "-2h", "1.5h", "30m1h", "1h1h", "PT2H", "2H", "1234567d", "h", "2h "})
    void anything_else_is_answered_by_a_sentence(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "\"%s\" is not a duration: write whole numbers with d, h, m or s, largest first, such as 7d, 2h or 1h30m",
                        text);
    }

    @Property(tries = 500)
    void text_reads_back(@ForAll @LongRange(min = 0, max = 400L * 86_400) long seconds) {
        Duration duration = Duration.ofSeconds(seconds);
        assertThat(Durations.parse(Durations.text(duration))).isEqualTo(duration);
    }
}
