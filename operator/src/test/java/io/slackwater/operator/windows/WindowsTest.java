package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.operator.windows.Opening.Closed;
import io.slackwater.operator.windows.Opening.Open;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowsTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    /** A Wednesday, 14:00 in Seoul. */
    private static final Instant AFTERNOON = Instant.parse("2026-11-25T05:00:00Z");

    private static final TrafficHistory NOTHING = new TrafficHistory(Duration.ofDays(7));
    private static final QuietWindow QUIET = new QuietWindow(20, Duration.ofDays(7));

    @Test
    void without_any_it_is_open() {
        assertThat(Windows.NONE.decide(AFTERNOON, NOTHING))
                .isEqualTo(new Open(null, ZoneOffset.UTC, AFTERNOON, "no window is configured"));
    }

    @Test
    void opens_with_the_first_of_its_windows() {
        Windows windows = cron(nightly("0 5 * * *", 2), nightly("0 3 * * *", 1));
        Opening closed = windows.decide(AFTERNOON, NOTHING);
        assertThat(closed.sentence()).isEqualTo("opens at 03:00 Asia/Seoul");
        assertThat(closed.why()).isEqualTo("outside of all windows");
        Opening open = windows.decide(AFTERNOON.plus(Duration.ofMinutes(13 * 60 + 30)), NOTHING);
        assertThat(open).isInstanceOf(Open.class);
        assertThat(open.sentence()).isEqualTo("open until 04:00 Asia/Seoul");
        assertThat(open.why()).isEqualTo("window 0 3 * * * for 1h, Asia/Seoul");
    }

    @Test
    void windows_that_meet_are_open_until_the_last_of_them_ends() {
        Windows windows = cron(nightly("0 3 * * *", 2), nightly("0 5 * * *", 1), nightly("30 5 * * *", 1));
        assertThat(windows.decide(AFTERNOON.plus(Duration.ofHours(13)), NOTHING).sentence())
                .isEqualTo("open until 06:30 Asia/Seoul");
        assertThat(cron(nightly("0 0 * * *", 12), nightly("0 12 * * *", 12))
                        .decide(AFTERNOON, NOTHING)
                        .sentence())
                .isEqualTo("open: window 0 12 * * * for 12h, Asia/Seoul");
    }

    @Test
    void says_which_day_when_it_is_not_the_next() {
        assertThat(cron(nightly("0 3 * * SUN", 1)).decide(AFTERNOON, NOTHING).sentence())
                .isEqualTo("opens on Sunday at 03:00 Asia/Seoul");
        assertThat(cron(nightly("0 3 1 2 *", 1)).decide(AFTERNOON, NOTHING).sentence())
                .isEqualTo("opens on 2027-02-01 at 03:00 Asia/Seoul");
    }

    @Test
    void none_in_sight() {
        assertThat(cron(nightly("0 0 30 2 *", 1)).decide(AFTERNOON, NOTHING).sentence())
                .isEqualTo("no window opens in the next 366 days");
        assertThat(cron(nightly("0 0 29 2 *", 1)).decide(AFTERNOON, NOTHING).sentence())
                .isEqualTo("no window opens in the next 366 days");
    }

    @Test
    void a_measured_one_without_history_cannot_be_foretold() {
        Opening closed = new Windows(List.of(), QUIET, SEOUL).decide(AFTERNOON, NOTHING);
        assertThat(closed).isEqualTo(new Closed(null, true, SEOUL, AFTERNOON, "history of 0 h, 24 h are needed"));
        assertThat(closed.sentence()).isEqualTo("no opening can be foretold: history of 0 h, 24 h are needed");
    }

    @Test
    void the_sooner_of_clock_and_traffic_is_announced() {
        TrafficHistory history = quietFromThreeTen();
        assertThat(new Windows(List.of(), QUIET, SEOUL)
                        .decide(AFTERNOON, history)
                        .sentence())
                .isEqualTo("opens about 03:10 Asia/Seoul");
        assertThat(new Windows(List.of(nightly("0 2 * * *", 1)), QUIET, SEOUL)
                        .decide(AFTERNOON, history)
                        .sentence())
                .isEqualTo("opens at 02:00 Asia/Seoul");
        assertThat(new Windows(List.of(nightly("0 4 * * *", 1)), QUIET, SEOUL)
                        .decide(AFTERNOON, history)
                        .sentence())
                .isEqualTo("opens about 03:10 Asia/Seoul");
    }

    @Test
    void either_of_clock_and_traffic_is_enough() {
        TrafficHistory history = quietFromThreeTen();
        Windows both = new Windows(List.of(nightly("0 14 * * *", 1)), QUIET, SEOUL);
        assertThat(both.decide(AFTERNOON, history).sentence()).isEqualTo("open until 15:00 Asia/Seoul");
        Instant night = AFTERNOON.minus(Duration.ofHours(10));
        TrafficHistory untilNight = new TrafficHistory(Duration.ofDays(7));
        feed(untilNight, AFTERNOON.minus(Duration.ofDays(4)), night);
        assertThat(both.decide(night, untilNight).sentence())
                .isEqualTo("open: traffic of 10 msg/s is at or below 10 msg/s, the quietest 20 % of 7d");
    }

    private static TrafficHistory quietFromThreeTen() {
        TrafficHistory history = new TrafficHistory(Duration.ofDays(7));
        feed(history, AFTERNOON.minus(Duration.ofDays(4)), AFTERNOON);
        return history;
    }

    /** Few messages from 02:50 to 08:50 in Seoul: the mean of twenty minutes is low from 03:10. */
    private static void feed(TrafficHistory history, Instant from, Instant to) {
        for (Instant time = from; time.isBefore(to); time = time.plusSeconds(60)) {
            int minute = time.atZone(SEOUL).toLocalTime().toSecondOfDay() / 60;
            history.record(time, minute >= 170 && minute < 530 ? 10 : 1_000);
        }
    }

    private static Windows cron(CronWindow... windows) {
        return new Windows(List.of(windows), null, SEOUL);
    }

    private static CronWindow nightly(String start, int hours) {
        return new CronWindow(start, Duration.ofHours(hours), SEOUL);
    }
}
