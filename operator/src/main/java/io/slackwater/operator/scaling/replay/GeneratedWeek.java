package io.slackwater.operator.scaling.replay;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Random;

/**
 * A week of traffic by a seed, and three weeks before it without anything special, so that there is a past to learn from. All of it: a
 * wave by day and night, weekends a quarter lower, days that differ by some percent, and noise that lasts for minutes. Then, each at a time
 * that the seed chooses: on Tuesday a spike, on Wednesday the metric is gone for some hours, and on Thursday traffic doubles within two
 * minutes and stays so.
 *
 * @param traffic all four weeks, a sample a minute
 * @param begin of the week that counts
 * @param spike when it begins
 * @param outage when the metric goes
 * @param doubling when it begins
 */
public record GeneratedWeek(Recording traffic, Instant begin, Instant spike, Instant outage, Instant doubling) {
    /** Where its people live. */
    public static final ZoneId ZONE = ZoneId.of("Asia/Seoul");

    /** Weeks before the one that counts. */
    public static final int WEEKS_BEFORE = 3;

    private static final int LEAST = 9_000;
    private static final int MOST = 54_000;
    private static final double DAYS_DIFFER = 0.04;
    private static final double NOISE = 0.07;

    /** What is left of a minute's noise in the next: it halves within about six minutes. */
    private static final double NOISE_LASTS = 0.9;

    private static final int MINUTES_OF_DAY = 24 * 60;
    private static final int RISE_MINUTES = 2;

    /** The week of a seed. */
    public static GeneratedWeek of(long seed) {
        Random random = new Random(seed);
        ZonedDateTime monday = LocalDateTime.of(2026, 11, 9, 0, 0).atZone(ZONE);
        Instant begin = monday.toInstant();
        Instant first = monday.minusWeeks(WEEKS_BEFORE).toInstant();
        Instant spike = on(monday, DayOfWeek.TUESDAY, 9 * 60, 14 * 60, random);
        int spikeMinutes = 15 + random.nextInt(16);
        double spikeHeight = 0.5 + 0.3 * random.nextDouble();
        Instant outage = on(monday, DayOfWeek.WEDNESDAY, 7 * 60, 13 * 60, random);
        int outageMinutes = 60 + random.nextInt(121);
        Instant doubling = on(monday, DayOfWeek.THURSDAY, 7 * 60, 11 * 60, random);
        double[] load = wave(first, (WEEKS_BEFORE + 1) * 7 * MINUTES_OF_DAY, random);
        boolean[] seen = new boolean[load.length];
        for (int minute = 0; minute < load.length; minute++) {
            Instant at = first.plus(Duration.ofMinutes(minute));
            load[minute] *= 1 + spikeHeight * risen(at, spike) * (1 - risen(at, spike.plusSeconds(60L * spikeMinutes)));
            load[minute] *= 1 + risen(at, doubling);
            seen[minute] = at.isBefore(outage) || !at.isBefore(outage.plusSeconds(60L * outageMinutes));
        }
        return new GeneratedWeek(
                new Recording(first, Duration.ofMinutes(1), load, seen), begin, spike, outage, doubling);
    }

    private static double[] wave(Instant first, int minutes, Random random) {
        GeneratedTraffic calm = new GeneratedTraffic(LEAST, MOST, 0, ZONE, random);
        double[] days = new double[minutes / MINUTES_OF_DAY + 2];
        Arrays.setAll(days, day -> 1 + DAYS_DIFFER * random.nextGaussian());
        double[] load = new double[minutes];
        double noise = 0;
        for (int minute = 0; minute < minutes; minute++) {
            noise = NOISE_LASTS * noise
                    + NOISE * StrictMath.sqrt(1 - NOISE_LASTS * NOISE_LASTS) * random.nextGaussian();
            double into = (double) (minute % MINUTES_OF_DAY) / MINUTES_OF_DAY;
            int day = minute / MINUTES_OF_DAY;
            double level = days[day] + (days[day + 1] - days[day]) * into;
            load[minute] = calm.at(first.plusSeconds(60L * minute)) * level * Math.max(0.2, 1 + noise);
        }
        return load;
    }

    /** From 0 to 1 within two minutes. */
    private static double risen(Instant at, Instant from) {
        return Math.clamp(Duration.between(from, at).toSeconds() / (60.0 * RISE_MINUTES), 0, 1);
    }

    private static Instant on(ZonedDateTime monday, DayOfWeek day, int fromMinute, int toMinute, Random random) {
        return monday.plusDays(day.getValue() - 1L)
                .plusMinutes(fromMinute + random.nextInt(toMinute - fromMinute))
                .toInstant();
    }
}
