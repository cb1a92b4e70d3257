package io.slackwater.operator.windows;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Moments as people read them. */
public final class Moments {
    /** From here on "on Sunday" could be taken for this one. */
    private static final Duration WEEKDAY_IS_CLEAR = Duration.ofDays(6);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter WEEKDAY = DateTimeFormatter.ofPattern("EEEE", Locale.ENGLISH);

    private Moments() {}

    /**
     * As in {@code at 03:00 Asia/Seoul}, {@code on Sunday at 03:00 Asia/Seoul} or {@code on 2027-02-01 at 03:00 Asia/Seoul}: no more than
     * is needed to know which is meant.
     *
     * @param now when it is said
     * @param preposition {@code at}, {@code about} or {@code until}
     */
    public static String text(Instant moment, Instant now, ZoneId zone, String preposition) {
        ZonedDateTime local = moment.atZone(zone);
        Duration away = Duration.between(now, moment).abs();
        String day = away.compareTo(Duration.ofDays(1)) < 0
                ? ""
                : away.compareTo(WEEKDAY_IS_CLEAR) < 0
                        ? "on " + WEEKDAY.format(local) + " "
                        : "on " + local.toLocalDate() + " ";
        return day + preposition + " " + TIME.format(local) + " " + name(zone);
    }

    /** {@code UTC} for that. */
    public static String name(ZoneId zone) {
        return zone.getId().equals("Z") ? "UTC" : zone.getId();
    }
}
