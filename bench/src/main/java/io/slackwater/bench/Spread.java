package io.slackwater.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * Median, least and most of a few runs.
 *
 * @param median the middle one, of an even number the lower middle one
 */
record Spread(double median, double least, double most) {
    static Spread of(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new Spread(sorted[(sorted.length - 1) / 2], sorted[0], sorted[sorted.length - 1]);
    }

    /** As in a cell of a table. */
    @Override
    public String toString() {
        return least == most ? number(median) : number(median) + " (" + number(least) + "–" + number(most) + ")";
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        double size = Math.abs(value);
        boolean whole = value == Math.rint(value);
        return String.format(Locale.ROOT, size >= 100 || whole ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
