package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.operator.windows.Deadline.OnDeadline;
import io.slackwater.operator.windows.WindowSettings.Cron;
import io.slackwater.operator.windows.WindowSettings.LowTraffic;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WindowSettingsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T05:00:00Z");
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");

    @Test
    void what_is_right_is_read() {
        WindowSettings settings = new WindowSettings(
                List.of(new Cron("0 3 * * *", "2h", "Asia/Seoul"), new Cron("0 12 * * SUN", "1h30m", null)),
                new LowTraffic(20, null, null),
                "24h",
                OnDeadline.Alert);
        assertThat(settings.refusals(NOW, Duration.ofHours(2))).isEmpty();
        assertThat(settings.toWindows())
                .isEqualTo(new Windows(
                        List.of(
                                new CronWindow("0 3 * * *", Duration.ofHours(2), SEOUL),
                                new CronWindow("0 12 * * SUN", Duration.ofMinutes(90), ZoneOffset.UTC)),
                        new QuietWindow(20, Duration.ofDays(7)),
                        SEOUL));
        assertThat(settings.toDeadline()).isEqualTo(new Deadline(Duration.ofDays(1), OnDeadline.Alert));
    }

    @Test
    void nothing_written_is_always_open() {
        WindowSettings nothing = new WindowSettings(List.of(), null, null, OnDeadline.Proceed);
        assertThat(nothing.refusals(NOW, Duration.ofHours(2))).isEmpty();
        assertThat(nothing.toWindows()).isEqualTo(Windows.NONE);
        assertThat(nothing.toDeadline().after()).isNull();
    }

    @Test
    void an_unknown_time_zone() {
        assertThat(cron("0 3 * * *", "2h", "Asia/Soul"))
                .containsExactly(
                        "spec.migration.windows[0].timeZone: there is no time zone \"Asia/Soul\": write one such as Asia/Seoul or UTC");
        assertThat(quiet(20, "7d", "Moon"))
                .containsExactly(
                        "spec.migration.lowTraffic.timeZone: there is no time zone \"Moon\": write one such as Asia/Seoul or UTC");
    }

    @Test
    void a_cron_expression_that_cannot_be_read_or_never_comes() {
        assertThat(cron("0 25 * * *", "2h", null))
                .containsExactly(
                        "spec.migration.windows[0].start: \"0 25 * * *\" is not a cron expression: Value 25 not in range [0, 23];"
                                + " write minute, hour, day of the month, month and day of the week, such as \"0 3 * * *\"");
        assertThat(cron("0 0 30 2 *", "2h", null))
                .containsExactly(
                        "spec.migration.windows[0].start: the window \"0 0 30 2 *\" never opens: no year has such a day");
        assertThat(cron("0 0 29 2 *", "2h", null)).isEmpty();
        assertThat(cron("* * * * *", "2h", null)).isEmpty();
        assertThat(cron(null, "2h", null))
                .containsExactly("spec.migration.windows[0].start: is missing: write for example 0 3 * * *");
    }

    @Test
    void durations_out_of_bounds_or_unreadable() {
        assertThat(cron("0 3 * * *", "30s", null))
                .containsExactly(
                        "spec.migration.windows[0].duration: a window of 30s is out of bounds: write 1m to 7d");
        assertThat(cron("0 3 * * *", "8d", null))
                .containsExactly("spec.migration.windows[0].duration: a window of 8d is out of bounds: write 1m to 7d");
        assertThat(cron("0 3 * * *", "two hours", null))
                .containsExactly(
                        "spec.migration.windows[0].duration: \"two hours\" is not a duration: write whole numbers with d, h, m or s,"
                                + " largest first, such as 7d, 2h or 1h30m");
        assertThat(quiet(20, "12h", null))
                .containsExactly(
                        "spec.migration.lowTraffic.lookback: a lookback of 12h is out of bounds: write 1d to 28d");
        assertThat(quiet(95, "7d", null))
                .containsExactly(
                        "spec.migration.lowTraffic.quietestPercent: the quietest 95 % is out of bounds: write 1 to 90");
    }

    @Test
    void a_deadline_shorter_than_the_estimate() {
        WindowSettings settings = new WindowSettings(List.of(), null, "30m", OnDeadline.Proceed);
        assertThat(settings.refusals(NOW, Duration.ofMinutes(72)))
                .containsExactly(
                        "spec.migration.deadline: 30m is shorter than the migration is estimated to take, 1h12m: write that at least,"
                                + " or no deadline");
        assertThat(settings.refusals(NOW, Duration.ofMinutes(30))).isEmpty();
        assertThat(settings.refusals(NOW, null)).isEmpty();
        assertThat(new WindowSettings(List.of(), null, "1s", OnDeadline.Proceed).refusals(NOW, null))
                .containsExactly("spec.migration.deadline: a deadline of 1s is out of bounds: write 1m to 366d");
    }

    @Test
    void all_that_is_wrong_is_said_at_once_and_each_thing_once() {
        WindowSettings settings = new WindowSettings(
                List.of(new Cron("0 3 * * *", "2h", "Asia/Soul"), new Cron("x", "2h", null)),
                new LowTraffic(0, "7d", null),
                "soon",
                OnDeadline.Proceed);
        assertThat(settings.refusals(NOW, Duration.ofHours(1))).hasSize(4);
        assertThatThrownBy(settings::toWindows)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Asia/Soul");
    }

    private static List<String> cron(@Nullable String start, @Nullable String duration, @Nullable String zone) {
        return new WindowSettings(List.of(new Cron(start, duration, zone)), null, null, OnDeadline.Proceed)
                .refusals(NOW, null);
    }

    private static List<String> quiet(int percent, @Nullable String lookback, @Nullable String zone) {
        return new WindowSettings(List.of(), new LowTraffic(percent, lookback, zone), null, OnDeadline.Proceed)
                .refusals(NOW, null);
    }
}
