package io.slackwater.operator.scaling.replay;

import java.time.Duration;
import java.time.Instant;

/**
 * The load of a tier over some time, sample by sample.
 *
 * @param from when the first sample was taken
 * @param step between two samples
 * @param load of the whole tier, 0 or more; where nothing was recorded, what lies between its neighbours
 * @param seen whether the sample was recorded: where it was not, scalers are shown none
 */
public record Recording(Instant from, Duration step, double[] load, boolean[] seen) {
    /** @throws IllegalArgumentException there are less than two samples, or the step is none; the message is a sentence */
    public Recording {
        if (load.length < 2 || load.length != seen.length || step.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "a recording needs two samples at least, a second or more apart; this one has " + load.length);
        }
    }

    /** When the last sample ends. */
    public Instant end() {
        return from.plus(step.multipliedBy(load.length));
    }

    /** The load at a time, in a straight line between samples. */
    double at(Instant time) {
        double place = Math.max(0, seconds(time) / step.toSeconds());
        int before = (int) Math.min(load.length - 1, place);
        int after = Math.min(load.length - 1, before + 1);
        return load[before] + (load[after] - load[before]) * Math.min(1, place - before);
    }

    boolean seenAt(Instant time) {
        return seen[(int) Math.clamp((long) (seconds(time) / step.toSeconds()), 0, load.length - 1)];
    }

    /** The mean over a span of time. */
    double mean(Instant begin, Duration span) {
        int parts = 10;
        double sum = 0;
        for (int part = 0; part < parts; part++) {
            sum += at(begin.plusMillis(span.toMillis() * (2 * part + 1) / (2 * parts)));
        }
        return sum / parts;
    }

    private double seconds(Instant time) {
        return Duration.between(from, time).toMillis() / 1000.0;
    }
}
