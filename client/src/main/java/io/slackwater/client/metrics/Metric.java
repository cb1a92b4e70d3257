package io.slackwater.client.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A metric before it is measured. Meters are made of it, so that they are called and described as the reference says. Immutable.
 *
 * @param name in Micrometer's form, with dots, the unit included where it has one
 * @param unit a base unit of Prometheus: {@code seconds}, {@code bytes} or {@code ratio}; empty for plain numbers
 * @param help one sentence
 * @param labels besides those that a scrape adds
 * @param buckets upper bounds of a histogram's buckets, besides infinity; empty for the other kinds
 */
public record Metric(Kind kind, String name, String unit, String help, List<Label> labels, List<Duration> buckets) {
    /** How a metric is read. */
    public enum Kind {
        /** Grows only, and begins at 0 with the process: to be read by its rate. */
        COUNTER,
        /** Goes up and down. */
        GAUGE,
        /** Counts durations by their length, in seconds. */
        HISTOGRAM
    }

    /**
     * A label.
     *
     * @param bound what bounds the number of its values, a phrase
     */
    public record Label(String name, String bound) {
        /** One that takes the names of these values in lower case, and no others. */
        public static <E extends Enum<E>> Label oneOf(String name, Class<E> values) {
            return new Label(
                    name,
                    "one of "
                            + Arrays.stream(values.getEnumConstants())
                                    .map(value -> "`" + value.name().toLowerCase(Locale.ROOT) + "`")
                                    .collect(Collectors.joining(", ")));
        }
    }

    public Metric {
        labels = List.copyOf(labels);
        buckets = List.copyOf(buckets);
    }

    /** A plain number that grows. */
    public static Metric counter(String name, String help) {
        return new Metric(Kind.COUNTER, name, "", help, List.of(), List.of());
    }

    /** A plain number that goes up and down. */
    public static Metric gauge(String name, String help) {
        return new Metric(Kind.GAUGE, name, "", help, List.of(), List.of());
    }

    /**
     * Durations.
     *
     * @param buckets upper ends, in milliseconds
     */
    public static Metric histogram(String name, String help, double... buckets) {
        List<Duration> ends = Arrays.stream(buckets)
                .mapToObj(millis -> Duration.ofNanos(Math.round(millis * 1e6)))
                .toList();
        return new Metric(Kind.HISTOGRAM, name, "seconds", help, List.of(), ends);
    }

    /** The same in a unit. */
    public Metric in(String baseUnit) {
        return new Metric(kind, name, baseUnit, help, labels, buckets);
    }

    /** The same, one series for each value of the labels. */
    public Metric by(Label... each) {
        return new Metric(kind, name, unit, help, List.of(each), buckets);
    }

    /** Its name in Prometheus; a histogram adds {@code _bucket}, {@code _count}, {@code _sum} and {@code _max} to it. */
    public String prometheusName() {
        String plain = name.replace('.', '_');
        String withUnit = unit.isEmpty() || plain.endsWith("_" + unit) ? plain : plain + "_" + unit;
        return kind == Kind.COUNTER ? withUnit + "_total" : withUnit;
    }

    /** A counter to be registered. */
    public Counter.Builder toCounter() {
        return Counter.builder(name).description(help).baseUnit(baseUnit());
    }

    /** A counter that is counted elsewhere, to be registered. */
    public <T> FunctionCounter.Builder<T> toCounter(T counted, ToDoubleFunction<T> count) {
        return FunctionCounter.builder(name, counted, count).description(help).baseUnit(baseUnit());
    }

    /** A gauge to be registered; the object is referred to weakly. */
    public <T> Gauge.Builder<T> toGauge(T measured, ToDoubleFunction<T> value) {
        return Gauge.builder(name, measured, value).description(help).baseUnit(baseUnit());
    }

    /** A gauge whose series come and go, to be registered. */
    public MultiGauge.Builder toGauges() {
        return MultiGauge.builder(name).description(help).baseUnit(baseUnit());
    }

    /** A histogram to be registered. */
    public Timer.Builder toTimer() {
        return Timer.builder(name).description(help).serviceLevelObjectives(buckets.toArray(Duration[]::new));
    }

    private @Nullable String baseUnit() {
        return unit.isEmpty() ? null : unit;
    }
}
