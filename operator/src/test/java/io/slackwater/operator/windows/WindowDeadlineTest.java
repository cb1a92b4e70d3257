package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.operator.windows.Deadline.OnDeadline;
import io.slackwater.operator.windows.Deadline.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class WindowDeadlineTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    private static final Instant SINCE = Instant.parse("2026-11-24T05:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Deadline PROCEED = new Deadline(DAY, OnDeadline.Proceed);
    private static final Deadline ALERT = new Deadline(DAY, OnDeadline.Alert);

    @Test
    void without_one_it_waits_for_as_long_as_it_takes() {
        assertThat(new Deadline(null, OnDeadline.Proceed).at(SINCE.plus(Duration.ofDays(900)), SINCE, SEOUL))
                .isEqualTo(new Outcome.Wait("waits for a window without a deadline"));
    }

    @Test
    void before_it_says_when_it_will_be() {
        Instant now = SINCE.plus(Duration.ofHours(23));
        assertThat(PROCEED.at(now, SINCE, SEOUL))
                .isEqualTo(new Outcome.Wait("begins at 14:00 Asia/Seoul at the latest"));
        assertThat(ALERT.at(now, SINCE, SEOUL))
                .isEqualTo(new Outcome.Wait("waits for a window; alerts at 14:00 Asia/Seoul"));
        assertThat(PROCEED.at(SINCE.minus(DAY), SINCE, SEOUL))
                .as("a clock set back")
                .isInstanceOf(Outcome.Wait.class);
    }

    @Test
    void after_it_goes_in_or_alerts() {
        assertThat(PROCEED.at(SINCE.plus(DAY).minusNanos(1), SINCE, SEOUL)).isInstanceOf(Outcome.Wait.class);
        assertThat(PROCEED.at(SINCE.plus(DAY), SINCE, SEOUL))
                .isEqualTo(new Outcome.Proceed(
                        "has waited 1d for a window, its deadline is 1d: begins now, as onDeadline is Proceed"));
        assertThat(ALERT.at(SINCE.plus(Duration.ofHours(30)), SINCE, SEOUL))
                .isEqualTo(new Outcome.Alert(
                        "has waited 1d6h for a window, its deadline is 1d: goes on waiting, as onDeadline is"
                                + " Alert; open a window, or set onDeadline to Proceed"));
    }

    @Test
    void has_bounds() {
        assertThatThrownBy(() -> new Deadline(Duration.ofSeconds(1), OnDeadline.Alert))
                .hasMessage("a deadline of 1s is out of bounds: write 1m to 366d");
        assertThatThrownBy(() -> new Deadline(Duration.ofDays(367), OnDeadline.Alert))
                .hasMessage("a deadline of 367d is out of bounds: write 1m to 366d");
    }
}
