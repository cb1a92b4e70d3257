package io.slackwater.operator.scaling;

import java.util.Locale;

/** Figures as people read them. */
final class Figures {
    private Figures() {}

    /** As in {@code 12,500}, {@code 61.4} or {@code 0.25}. */
    static String text(double value) {
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 1_000 || value == Math.rint(value) ? "%,.0f" : size >= 1 ? "%.1f" : "%.2f", value);
    }

    /** How many nodes are needed, as in {@code 4.2}. */
    static String needed(double nodes) {
        return String.format(Locale.ROOT, "%.1f", nodes);
    }
}
