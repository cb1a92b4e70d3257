package io.slackwater.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run found about one subject.
 *
 * @param subject what was measured, the first column of the table
 * @param figures by name and unit, in the order of the columns
 */
record Row(String subject, Map<String, Double> figures) {
    Row(String subject) {
        this(subject, new LinkedHashMap<>());
    }

    Row with(String figure, double value) {
        figures.put(figure, value);
        return this;
    }

    double get(String figure) {
        Double value = figures.get(figure);
        if (value == null) {
            throw new IllegalArgumentException("no figure \"" + figure + "\" of " + subject + ": " + figures.keySet());
        }
        return value;
    }
}
