package io.slackwater.operator.windows;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Optional;

/**
 * A window that is open while the traffic is as low as in the quietest part of its own history.
 *
 * <p>The measure is {@link TrafficHistory#rate}, the mean of the last twenty minutes. The mark is the value that
 * {@code quietestPercent} of the known bins do not exceed (nearest rank).
 *
 * <p>It does not flap around the mark. It opens only at the beginning of a bin, when the two bins before were at or below the mark on
 * average. It stays open until the measure exceeds the mark by more than a tenth. It may close in mid-bin, because a move shall not go on
 * while traffic rises, and then stays closed until the next bin at least. Whether it was open before is found by going through the bins of
 * the last day, so nothing has to be remembered but the history.
 *
 * <p>It opens only when 24 hours of bins are known, or five sixths of the lookback where that is less (20 hours of a day): nobody can say
 * what is quiet before a night was seen.
 *
 * @param quietestPercent 1 to 90
 * @param lookback how much of the history counts, {@link TrafficHistory#SHORTEST} to {@link TrafficHistory#LONGEST}
 */
public record QuietWindow(int quietestPercent, Duration lookback) {
    /** Lowest percentage. */
    public static final int LEAST_PERCENT = 1;

    /** Highest percentage: with more it would hardly ever be closed. */
    public static final int MOST_PERCENT = 90;

    private static final int DAY_BINS = (int) Duration.ofDays(1).dividedBy(TrafficHistory.BIN);
    private static final double MARGIN = 1.1;

    /** @throws IllegalArgumentException one is out of bounds; the message is a sentence */
    public QuietWindow {
        if (quietestPercent < LEAST_PERCENT || quietestPercent > MOST_PERCENT) {
            throw new IllegalArgumentException("the quietest " + quietestPercent + " % is out of bounds: write "
                    + LEAST_PERCENT + " to " + MOST_PERCENT);
        }
        TrafficHistory.bins(lookback);
    }

    /**
     * What is to be said of it at one time.
     *
     * @param mark it opens at or below this, in messages per second; NaN when too little is known
     */
    record Sight(boolean open, double mark, String why) {}

    Sight look(Instant now, TrafficHistory history) {
        double[] known = history.known(now, bins());
        if (known.length < neededBins()) {
            return new Sight(
                    false,
                    Double.NaN,
                    "history of " + hours(known.length) + ", " + hours(neededBins()) + " are needed");
        }
        double mark = quantile(known, quietestPercent);
        double limit = mark * MARGIN;
        if (history.rate(now).isEmpty()) {
            return new Sight(false, mark, "the traffic of the last 20 minutes is not known");
        }
        double rate = history.rate(now).getAsDouble();
        boolean wasOpen = openAtBinStart(TrafficHistory.bin(now), history, mark, limit);
        boolean rose = rate > limit
                || (history.running().bin() == TrafficHistory.bin(now)
                        && history.running().peak() > limit);
        boolean open = wasOpen && !rose;
        String relation = open
                ? rate <= mark ? "at or below " : "still near "
                : rate <= mark ? "not yet steadily below " : "above ";
        return new Sight(
                open,
                mark,
                "traffic of " + rounded(rate) + " msg/s is " + relation + rounded(mark) + " msg/s, the quietest "
                        + quietestPercent + " % of " + Durations.text(lookback));
    }

    /** When it may open next, see {@link QuietForecast}; only for one that is closed. */
    Optional<Instant> forecast(Instant now, TrafficHistory history, ZoneId zone) {
        double[] known = history.known(now, bins());
        return known.length < neededBins()
                ? Optional.empty()
                : new QuietForecast(history, bins(), zone).firstAtOrBelow(quantile(known, quietestPercent), now);
    }

    private static boolean openAtBinStart(long bin, TrafficHistory history, double mark, double limit) {
        boolean open = false;
        for (long at = bin - DAY_BINS; at <= bin; at++) {
            double rate = history.rate(TrafficHistory.start(at)).orElse(Double.POSITIVE_INFINITY);
            open = rate <= (open ? limit : mark);
        }
        return open;
    }

    private int bins() {
        return TrafficHistory.bins(lookback);
    }

    private int neededBins() {
        return Math.min(DAY_BINS, bins() * 5 / 6);
    }

    /** The value that so many percent do not exceed, by nearest rank. */
    private static double quantile(double[] ascending, int percent) {
        int rank = (int) ((percent * (long) ascending.length + 99) / 100);
        return ascending[Math.max(1, rank) - 1];
    }

    private static String hours(int bins) {
        return bins / (DAY_BINS / 24) + " h";
    }

    private static String rounded(double rate) {
        return rate < 10 ? String.format(Locale.ROOT, "%.1f", rate) : String.format(Locale.ROOT, "%,.0f", rate);
    }
}
