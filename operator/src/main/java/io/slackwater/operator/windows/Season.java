package io.slackwater.operator.windows;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;

/**
 * What is to be expected, judged by past days. What is expected of a bin is the median of the bins at the same time of day: of the same
 * weekday when at least two of those are known (two weeks back or more), else of every day. Times of day are those of a wall clock, so the
 * forecast follows people through a change of daylight saving time. All methods are pure.
 *
 * @param history what was; its unit is that of what is expected
 * @param bins how many bins back count
 * @param zone whose wall clock
 * @param now what is later than this is not known yet
 */
public record Season(TrafficHistory history, int bins, ZoneId zone, Instant now) {
    static final int DAYS_OF_WEEK = 7;
    static final int DAY_BINS = 144;

    /** The whole history. */
    public static Season of(TrafficHistory history, ZoneId zone, Instant now) {
        return new Season(history, TrafficHistory.bins(history.lookback()), zone, now);
    }

    /** What is expected of the ten minutes that a time is in, which may be past; NaN when no earlier day is known. */
    public double expected(Instant time) {
        return expected(TrafficHistory.bin(time), 1, 2);
    }

    /** What the mean was in the ten minutes that a time is in, of those under way as far as they have come; NaN when it is not known. */
    public double measured(Instant time) {
        return history.mean(TrafficHistory.bin(time));
    }

    /**
     * NaN when nothing is known.
     *
     * @param step how many days apart the days are that are compared
     * @param weekdays how many of the same weekday must be known for them alone to count
     */
    double expected(long bin, int step, int weekdays) {
        double[] ofWeekday = past(bin, DAYS_OF_WEEK);
        return ofWeekday.length >= weekdays ? median(ofWeekday) : median(past(bin, step));
    }

    /** What was at the same time of day, every so many days back. */
    private double[] past(long bin, int everyDays) {
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
