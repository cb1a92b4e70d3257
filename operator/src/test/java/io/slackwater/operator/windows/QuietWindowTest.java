package io.slackwater.operator.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.slackwater.operator.scaling.replay.GeneratedTraffic;
import io.slackwater.operator.windows.QuietWindow.Sight;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class QuietWindowTest {
    private static final ZoneId SEOUL = ZoneId.of("Asia/Seoul");
    /** Midnight of a Monday in Seoul. */
    private static final Instant START = Instant.parse("2026-11-01T15:00:00Z");

    private static final QuietWindow QUIET = new QuietWindow(20, Duration.ofDays(7));

    private final TrafficHistory history = new TrafficHistory(Duration.ofDays(7));

    /** By hand: of 24 hours, hour h has 100 · (h + 1). The 20th percentile is the 29th of 144 bins, in hour 4. */
    @Test
    void opens_at_or_below_the_percentile() {
        Instant end = feed(START, 24 * 60, minute -> 100 * (1 + Math.floor(minute / 60)));
        assertThat(QUIET.look(end, history).mark()).isEqualTo(500);
        assertThat(QUIET.look(end, history).open()).isFalse();
        Instant low = feed(end, 21, minute -> 500);
        Sight sight = QUIET.look(low, history);
        assertThat(sight.open()).isTrue();
        assertThat(sight.why()).isEqualTo("traffic of 500 msg/s is at or below 500 msg/s, the quietest 20 % of 7d");
    }

    @Test
    void closed_above_the_mark_and_says_by_how_much() {
        Instant end = feed(START, 24 * 60, minute -> 100 * (1 + Math.floor(minute / 60)));
        assertThat(QUIET.look(end, history).why())
                .isEqualTo("traffic of 2,400 msg/s is above 500 msg/s, the quietest 20 % of 7d");
    }

    @Test
    void needs_a_day_of_history() {
        Instant early = feed(START, 5 * 60, minute -> 100);
        assertThat(QUIET.look(early, history).open()).isFalse();
        assertThat(QUIET.look(early, history).why()).isEqualTo("history of 5 h, 24 h are needed");
        Instant almost = feed(early, 19 * 60 - 10, minute -> 100);
        assertThat(QUIET.look(almost, history).open()).isFalse();
        assertThat(QUIET.look(feed(almost, 10, minute -> 100), history).open()).isTrue();
        assertThat(QUIET.forecast(early, new TrafficHistory(Duration.ofDays(7)), SEOUL))
                .isEmpty();
    }

    @Test
    void of_a_lookback_of_a_day_20_hours_are_enough() {
        QuietWindow day = new QuietWindow(20, Duration.ofDays(1));
        Instant early = feed(START, 19 * 60, minute -> 100);
        assertThat(day.look(early, history).why()).isEqualTo("history of 19 h, 20 h are needed");
        assertThat(day.look(feed(early, 60, minute -> 100), history).open()).isTrue();
    }

    @Test
    void closed_while_the_traffic_of_late_is_unknown() {
        Instant end = feed(START, 25 * 60, minute -> 100);
        assertThat(QUIET.look(end, history).open()).isTrue();
        Instant later = end.plus(Duration.ofMinutes(30));
        assertThat(QUIET.look(later, history))
                .isEqualTo(new Sight(false, 100, "the traffic of the last 20 minutes is not known"));
    }

    @Test
    void opens_at_the_beginning_of_a_bin_only_and_a_rise_closes_it_at_once() {
        Instant day = feed(START, 24 * 60, minute -> 100 * (1 + Math.floor(minute / 60)));
        Instant low = feed(day, 19, minute -> 100);
        assertThat(history.rate(low).orElseThrow()).isLessThan(500);
        assertThat(QUIET.look(low, history).open()).as("in mid-bin").isFalse();
        assertThat(QUIET.look(low, history).why()).contains("is not yet steadily below 500 msg/s");
        Instant open = feed(low, 1, minute -> 100);
        assertThat(QUIET.look(open, history).open()).as("at the next").isTrue();
        Instant risen = feed(open, 4, minute -> 5_000);
        assertThat(QUIET.look(risen, history).open())
                .as("after four minutes of much traffic")
                .isFalse();
        assertThat(QUIET.look(feed(risen, 5, minute -> 0), history).open())
                .as("in the same bin")
                .isFalse();
    }

    @Test
    void a_little_above_the_mark_it_stays_as_it_was() {
        Instant day = feed(START, 24 * 60, minute -> 100 * (1 + Math.floor(minute / 60)));
        Instant low = feed(day, 30, minute -> 500);
        assertThat(QUIET.look(low, history).open()).isTrue();
        Instant near = feed(low, 40, minute -> 530);
        assertThat(QUIET.look(near, history).open()).as("it was open").isTrue();
        assertThat(QUIET.look(near, history).why()).contains("is still near 500 msg/s");
        Instant high = feed(near, 30, minute -> 2_000);
        Instant again = feed(high, 60, minute -> 530);
        assertThat(QUIET.look(again, history).open()).as("it was closed").isFalse();
    }

    /** Samples that scatter by 60 %: one opening a night all the same, 14 changes in a week. Without a margin it would be 34. */
    @Test
    void does_not_flap_in_noise() {
        GeneratedTraffic traffic = new GeneratedTraffic(1_000, 8_000, 0.6, SEOUL, new Random(7));
        Instant time = START;
        boolean open = false;
        int changes = 0;
        for (int minute = 0; minute < 15 * 1440; minute++, time = time.plusSeconds(60)) {
            history.record(time, traffic.at(time));
            if (minute > 8 * 1440) {
                boolean next = QUIET.look(time, history).open();
                changes += next == open ? 0 : 1;
                open = next;
            }
        }
        assertThat(changes).isBetween(12, 16);
    }

    @Test
    void the_same_traffic_all_day_is_quiet_and_so_is_none() {
        assertThat(QUIET.look(feed(START, 30 * 60, minute -> 70), history).open())
                .isTrue();
        TrafficHistory silent = new TrafficHistory(Duration.ofDays(7));
        for (int minute = 0; minute < 30 * 60; minute++) {
            silent.record(START.plusSeconds(60L * minute), 0);
        }
        assertThat(QUIET.look(START.plus(Duration.ofHours(30)), silent).open()).isTrue();
    }

    @Test
    void foretells_the_time_of_day() {
        GeneratedTraffic traffic = new GeneratedTraffic(1_000, 8_000, 0.02, SEOUL, new Random(7));
        Instant noon = feed(START, 3 * 1440 + 12 * 60, traffic);
        Instant forecast = QUIET.forecast(noon, history, SEOUL).orElseThrow();
        Instant night = noon.plus(Duration.ofHours(16));
        assertThat(forecast).isBetween(night.minus(Duration.ofHours(3)), night);
    }

    /** Sundays are quiet from 10:00 to 16:00, other days never: known after one such Sunday, and again with two. */
    @Test
    void foretells_the_weekday() {
        QuietWindow month = new QuietWindow(3, Duration.ofDays(28));
        TrafficHistory longer = new TrafficHistory(Duration.ofDays(28));
        Instant time = START;
        for (int minute = 0; minute < 22 * 1440; minute++, time = time.plusSeconds(60)) {
            int ofWeek = minute % (7 * 1440);
            boolean quiet = ofWeek >= 6 * 1440 + 600 && ofWeek < 6 * 1440 + 960;
            longer.record(time, quiet ? 10 : 1_000);
            if (minute == 8 * 1440 || minute == 21 * 1440 + 600) {
                Instant sunday = time.atZone(SEOUL)
                        .truncatedTo(ChronoUnit.DAYS)
                        .plusDays(minute == 8 * 1440 ? 5 : 6)
                        .toInstant();
                assertThat(month.forecast(time, longer, SEOUL).orElseThrow())
                        .isCloseTo(sunday.plus(Duration.ofHours(10)), within(30, ChronoUnit.MINUTES));
            }
        }
    }

    /** What people do at three in the night they do at three, whatever the clock is called. */
    @Test
    void foretells_by_the_wall_clock_when_clocks_are_changed() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Instant time = Instant.parse("2026-10-19T00:00:00Z");
        Instant end = Instant.parse("2026-10-25T12:00:00Z");
        for (; time.isBefore(end); time = time.plusSeconds(60)) {
            int hour = time.atZone(berlin).getHour();
            history.record(time, hour >= 3 && hour < 5 ? 10 : 1_000);
        }
        assertThat(new QuietWindow(8, Duration.ofDays(7)).forecast(end, history, berlin))
                .contains(Instant.parse("2026-10-26T02:20:00Z"));
    }

    @Test
    void percentages_have_bounds() {
        assertThatThrownBy(() -> new QuietWindow(0, Duration.ofDays(7)))
                .hasMessage("the quietest 0 % is out of bounds: write 1 to 90");
        assertThatThrownBy(() -> new QuietWindow(91, Duration.ofDays(7)))
                .hasMessage("the quietest 91 % is out of bounds: write 1 to 90");
    }

    private Instant feed(Instant from, int minutes, GeneratedTraffic traffic) {
        return feed(from, minutes, minute -> traffic.at(from.plusSeconds(60 * (long) minute)));
    }

    /** A sample a minute; returns the end, at which there is none yet. */
    private Instant feed(Instant from, int minutes, DoubleUnaryOperator rate) {
        for (int minute = 0; minute < minutes; minute++) {
            history.record(from.plusSeconds(60L * minute), rate.applyAsDouble(minute));
        }
        return from.plusSeconds(60L * minutes);
    }
}
