package io.slackwater.operator.scaling;

import io.slackwater.operator.windows.Season;
import io.slackwater.operator.windows.TrafficHistory;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * What is to be expected in the next 36 hours, in bins of ten minutes.
 *
 * <p>What is needed is what {@link Season} expects by past days, times the <em>level</em>: how much more, or less, there is today than past
 * days lead one to expect. That is the larger of the medians of the last hour and of the last six: a launch that doubles everything counts
 * after half an hour, a spike of half an hour does not, and a quiet day takes three hours to be believed. Until a whole day is known, what was
 * needed at most in the last three hours is expected to go on at least.
 *
 * @param from when the first bin begins
 * @param needed nodes that would have just their target, for each bin
 * @param open whether a planned move may begin in the bin and be done before the window closes
 * @param seasonal whether past days are known for the hours ahead
 */
public record Outlook(Instant from, double[] needed, boolean[] open, boolean seasonal) {
    /** Length of a bin. */
    public static final Duration BIN = TrafficHistory.BIN;

    /** How many bins ahead. */
    public static final int BINS = 216;

    private static final int HOUR = 6;
    private static final double LEAST_LEVEL = 0.5;
    private static final double MOST_LEVEL = 4;

    /** Spare bins, so that one outlook serves until the next bin begins. */
    private static final int SPARE = 1;

    /** @throws IllegalArgumentException not as many of the one as of the other */
    public Outlook {
        if (needed.length != open.length) {
            throw new IllegalArgumentException(needed.length + " bins are needed and " + open.length + " open");
        }
    }

    /**
     * Looks ahead.
     *
     * @param needs what was needed in the past, in nodes; empty when nothing is known
     * @param zone whose days are compared
     * @param open see {@link io.slackwater.operator.windows.Windows#outlook}
     */
    public static Outlook of(TrafficHistory needs, ZoneId zone, Predicate<Instant> open, Instant now) {
        Season season = Season.of(needs, zone, now);
        Instant from = Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), BIN.toSeconds()) * BIN.toSeconds());
        double lately = lately(season, now);
        double level = level(season, now);
        double[] needed = new double[BINS + SPARE];
        boolean[] fits = new boolean[BINS + SPARE];
        boolean seasonal = true;
        for (int bin = 0; bin < needed.length; bin++) {
            Instant at = from.plus(BIN.multipliedBy(bin));
            double expected = season.expected(at) * level;
            seasonal &= !Double.isNaN(expected);
            needed[bin] = Double.isNaN(expected) ? 0 : expected;
            fits[bin] = open.test(at)
                    && open.test(at.plus(BIN))
                    && open.test(at.plus(BIN.multipliedBy(2)).minusSeconds(1));
        }
        for (int bin = 0; bin < needed.length && !seasonal; bin++) {
            needed[bin] = Math.max(needed[bin], lately);
        }
        return new Outlook(from, needed, fits, seasonal);
    }

    /** The most that the last three hours needed in ten minutes; 0 when nothing is known. */
    private static double lately(Season season, Instant now) {
        double most = 0;
        for (int back = 0; back <= 3 * HOUR; back++) {
            double needed = season.measured(now.minus(BIN.multipliedBy(back)));
            most = Double.isNaN(needed) ? most : Math.max(most, needed);
        }
        return most;
    }

    private static double level(Season season, Instant now) {
        double level = Math.max(level(season, now, HOUR), level(season, now, 6 * HOUR));
        return Math.clamp(level, LEAST_LEVEL, MOST_LEVEL);
    }

    private static double level(Season season, Instant now, int bins) {
        double[] ratios = new double[bins];
        int count = 0;
        for (int back = 1; back <= bins; back++) {
            Instant at = now.minus(BIN.multipliedBy(back));
            double ratio = season.measured(at) / season.expected(at);
            if (ratio >= 0 && ratio <= Double.MAX_VALUE) {
                ratios[count++] = ratio;
            }
        }
        Arrays.sort(ratios, 0, count);
        return count < (bins + 1) / 2 ? 1 : ratios[count / 2];
    }

    /** Which bin a time is in, 0 at least and the last at most. */
    int bin(Instant at) {
        long bin = Duration.between(from, at).dividedBy(BIN);
        return (int) Math.clamp(bin, 0, needed.length - 1);
    }
}
