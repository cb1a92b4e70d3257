package io.slackwater.operator.scaling.replay;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Random;

/**
 * Traffic of a product that people use in one time zone: least at 04:00, most at 16:00, a quarter less at weekends, with noise.
 *
 * @param least in messages per second
 * @param most in messages per second
 * @param noise standard deviation of a sample as a share of it
 */
public record GeneratedTraffic(double least, double most, double noise, ZoneId zone, Random random) {
    /** A sample, in messages per second. */
    public double at(Instant time) {
        ZonedDateTime local = time.atZone(zone);
        LocalTime of = local.toLocalTime();
        double wave = 0.5 - 0.5 * StrictMath.cos(2 * Math.PI * (of.toSecondOfDay() / 3600.0 - 4) / 24);
        double weekend = local.getDayOfWeek().getValue() >= 6 ? 0.75 : 1;
        return (least + (most - least) * wave) * weekend * Math.max(0, 1 + noise * random.nextGaussian());
    }
}
