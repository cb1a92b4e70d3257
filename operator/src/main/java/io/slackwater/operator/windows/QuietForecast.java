package io.slackwater.operator.windows;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * When traffic will be low, judged by past days ({@link Season}). When no hour of the next day is expected to be low enough, each day of the coming week
 * is compared with the same weekday alone. All methods are pure.
 *
 * @param bins how many bins back count
 * @param zone whose wall clock
 */
record QuietForecast(TrafficHistory history, int bins, ZoneId zone) {
    private static final int DAYS_OF_WEEK = Season.DAYS_OF_WEEK;
    private static final int DAY_BINS = Season.DAY_BINS;

    /**
     * The first beginning of a bin after {@code now} at which the mean of the two bins before is expected to be at or below a mark.
     *
     * @param mark in messages per second
     * @return empty when there is none in the next seven days
     */
    Optional<Instant> firstAtOrBelow(double mark, Instant now) {
        return first(mark, now, DAY_BINS, 1, 2).or(() -> first(mark, now, DAYS_OF_WEEK * DAY_BINS, DAYS_OF_WEEK, 1));
    }

    private Optional<Instant> first(double mark, Instant now, int ahead, int step, int weekdays) {
        long from = TrafficHistory.bin(now) + 1;
        Season season = new Season(history, bins, zone, now);
        double[] expected = {season.expected(from - 2, step, weekdays), season.expected(from - 1, step, weekdays)};
        for (long bin = from; bin < from + ahead; bin++) {
            if ((expected[0] + expected[1]) / 2 <= mark) {
                return Optional.of(TrafficHistory.start(bin));
            }
            expected[0] = expected[1];
            expected[1] = season.expected(bin, step, weekdays);
        }
        return Optional.empty();
    }
}
