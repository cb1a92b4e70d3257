package io.slackwater.operator.scaling;

import io.slackwater.operator.windows.Durations;
import java.time.Duration;

/**
 * What a metric said when it was asked. Only a {@link Value} is the figure, and {@link AtLeast} a part of it; nothing else in here is zero. Immutable.
 */
public sealed interface Sample {
    /** What came, as a clause that follows the name of the metric, for example {@code gave no result}. */
    String sentence();

    /**
     * A figure.
     *
     * @param value finite, 0 or more
     */
    record Value(double value) implements Sample {
        /** @throws IllegalArgumentException it is negative or not finite: see {@link Sample#of} */
        public Value {
            if (!(value >= 0 && value <= Double.MAX_VALUE)) {
                throw new IllegalArgumentException("a sample of " + value + " is none: it must be finite, 0 or more");
            }
        }

        @Override
        public String sentence() {
            return "is " + Figures.text(value);
        }
    }

    /**
     * A part of the figure: enough to scale out, and not to scale in.
     *
     * @param value finite, 0 or more
     * @param because why it is not all, a clause
     */
    record AtLeast(double value, String because) implements Sample {
        @Override
        public String sentence() {
            return "is at least " + Figures.text(value) + ": " + because;
        }
    }

    /** The query was answered and found nothing. */
    record Missing() implements Sample {
        @Override
        public String sentence() {
            return "gave no result";
        }
    }

    /** The answer is not a number, or infinite: as a rule a division by nothing. */
    record NotANumber() implements Sample {
        @Override
        public String sentence() {
            return "is not a number";
        }
    }

    /**
     * A figure of the past.
     *
     * @param age how old it is
     */
    record Stale(Duration age) implements Sample {
        @Override
        public String sentence() {
            return "is " + Durations.text(age) + " old";
        }
    }

    /**
     * It could not be asked, or the answer cannot be understood.
     *
     * @param reason a clause that follows the name of the metric, for example {@code was not answered within 5s}
     */
    record Failed(String reason) implements Sample {
        @Override
        public String sentence() {
            return reason;
        }
    }

    /** What a bare number means. */
    static Sample of(double number) {
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return new NotANumber();
        }
        return number < 0 ? new Failed("is negative: " + Figures.text(number)) : new Value(number);
    }
}
