package io.slackwater.operator.windows;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Optional;

/**
 * When traffic will be low, judged by past days. What is expected of a bin is the median of the bins at the same time of day: of the same
 * weekday when at least two of those are known (two weeks back or more), else of every day. Times of day are those of a wall clock, so the forecast follows people
 * through a change of daylight saving time. When no hour of the next day is expected to be low enough, each day of the coming week
 * is compared with the same weekday alone. All methods are pure.
 *
 * @param bins how many bins back count
 * @param zone whose wall clock
 */
record QuietForecast(TrafficHistory history, int bins, ZoneId zone) {
    private static final int DAYS_OF_WEEK = 7;
    private static final int DAY_BINS = 144;

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
        double[] expected = {expected(from - 2, now, step, weekdays), expected(from - 1, now, step, weekdays)};
        for (long bin = from; bin < from + ahead; bin++) {
            if ((expected[0] + expected[1]) / 2 <= mark) {
                return Optional.of(TrafficHistory.start(bin));
            }
            expected[0] = expected[1];
            expected[1] = expected(bin, now, step, weekdays);
        }
        return Optional.empty();
    }

    /** In messages per second, NaN when nothing is known. */
    private double expected(long bin, Instant now, int step, int weekdays) {
        double[] ofWeekday = past(bin, now, DAYS_OF_WEEK);
        return ofWeekday.length >= weekdays ? median(ofWeekday) : median(past(bin, now, step));
    }

    /** What was at the same time of day, every so many days back. */
    private double[] past(long bin, Instant now, int everyDays) {
        ZonedDateTime time = TrafficHistory.start(bin).atZone(zone);
        long end = TrafficHistory.bin(now);
        double[] found = new double[bins / DAY_BINS + DAYS_OF_WEEK + 1];
        int count = 0;
        for (int days = everyDays; ; days += everyDays) {
            long then = TrafficHistory.bin(time.minusDays(days).toInstant());
            if (then < end - bins) {
                return Arrays.copyOf(found, count);
            }
            double mean = then < end ? history.mean(then) : Double.NaN;
            if (!Double.isNaN(mean)) {
                found[count++] = mean;
            }
        }
    }

    private static double median(double[] values) {
        if (values.length == 0) {
            return Double.NaN;
        }
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
