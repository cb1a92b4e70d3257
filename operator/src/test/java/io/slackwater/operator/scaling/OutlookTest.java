package io.slackwater.operator.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.slackwater.operator.windows.CronWindow;
import io.slackwater.operator.windows.TrafficHistory;
import io.slackwater.operator.windows.Windows;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class OutlookTest {
    private static final Instant NOW = Instant.parse("2026-11-12T12:00:00Z");
    private static final int NOON_TOMORROW = 144;

    @Test
    void by_past_days_it_knows_the_same_hour_of_the_next() {
        Outlook outlook = outlook(7, at -> by(at, 2, 8));
        assertThat(outlook.seasonal()).isTrue();
        assertThat(outlook.needed()[0]).isCloseTo(8, within(0.01));
        assertThat(outlook.needed()[12 * 6]).as("midnight").isCloseTo(2, within(0.01));
        assertThat(outlook.needed()[NOON_TOMORROW]).isCloseTo(8, within(0.01));
        assertThat(outlook.needed()).hasSizeGreaterThanOrEqualTo(Outlook.BINS);
    }

    @Test
    void what_doubles_is_expected_to_stay_doubled_after_half_an_hour_but_a_spike_is_not() {
        Outlook doubled = outlook(7, at -> by(at, 2, 8) * (at.isAfter(NOW.minusSeconds(3_000)) ? 2 : 1));
        assertThat(doubled.needed()[NOON_TOMORROW]).isCloseTo(16, within(0.1));
        Outlook spike = outlook(7, at -> by(at, 2, 8) * (at.isAfter(NOW.minusSeconds(1_200)) ? 2 : 1));
        assertThat(spike.needed()[NOON_TOMORROW]).isCloseTo(8, within(0.1));
    }

    @Test
    void a_quiet_day_is_believed_after_three_hours() {
        assertThat(outlook(7, at -> at.isAfter(NOW.minusSeconds(2 * 3_600)) ? 5 : 10)
                        .needed()[NOON_TOMORROW])
                .isCloseTo(10, within(0.1));
        assertThat(outlook(7, at -> at.isAfter(NOW.minusSeconds(4 * 3_600)) ? 5 : 10)
                        .needed()[NOON_TOMORROW])
                .isCloseTo(5, within(0.1));
    }

    @Test
    void without_a_past_day_the_most_of_the_last_three_hours_goes_on() {
        TrafficHistory needs = new TrafficHistory(Duration.ofDays(7));
        for (Instant at = NOW.minus(Duration.ofHours(5)); !at.isAfter(NOW); at = at.plusSeconds(60)) {
            double needed =
                    at.isBefore(NOW.minus(Duration.ofHours(4))) ? 9 : at.isBefore(NOW.minusSeconds(7_200)) ? 6 : 3;
            needs.record(at, needed);
        }
        Outlook outlook = Outlook.of(needs, ZoneOffset.UTC, at -> true, NOW);
        assertThat(outlook.seasonal()).isFalse();
        assertThat(outlook.needed()).as("9 a day after it was").containsOnly(6, 9);
        assertThat(Outlook.of(new TrafficHistory(Duration.ofDays(7)), ZoneOffset.UTC, at -> true, NOW)
                        .needed())
                .containsOnly(0);
    }

    @Test
    void a_move_has_to_fit_into_what_is_left_of_a_window() {
        Windows windows = new Windows(
                List.of(new CronWindow("0 13 * * *", Duration.ofHours(1), ZoneOffset.UTC)), null, ZoneOffset.UTC);
        TrafficHistory needs = new TrafficHistory(Duration.ofDays(7));
        boolean[] open = Outlook.of(needs, ZoneOffset.UTC, windows.outlook(NOW, needs), NOW)
                .open();
        for (int bin = 0; bin < 20; bin++) {
            assertThat(open[bin]).as("bin " + bin).isEqualTo(bin >= 6 && bin <= 10);
        }
    }

    /** So much at midnight, and so much from 09:00 to 15:00 UTC. */
    private static double by(Instant at, double night, double day) {
        int hour = at.atZone(ZoneOffset.UTC).getHour();
        return hour >= 9 && hour < 15 ? day : night;
    }

    private static Outlook outlook(int days, ToDoubleFunction<Instant> needed) {
        TrafficHistory needs = new TrafficHistory(Duration.ofDays(28));
        for (Instant at = NOW.minus(Duration.ofDays(days)); at.isBefore(NOW); at = at.plusSeconds(60)) {
            needs.record(at, needed.applyAsDouble(at));
        }
        needs.record(NOW, needed.applyAsDouble(NOW));
        return Outlook.of(needs, ZoneOffset.UTC, at -> true, NOW);
    }
}
