package io.slackwater.operator.windows;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 7d}, {@code 2h}, {@code 1h30m}. */
public final class Durations {
    private static final Pattern FORM =
            Pattern.compile("(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private Durations() {}

    /**
     * Reads one: whole numbers of at most six digits, each followed by d (24 hours), h, m or s, the largest unit first, each unit at
     * most once, without spaces.
     *
     * @throws IllegalArgumentException it is not written like that; the message is a sentence that says what to write
     */
    public static Duration parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (text.isEmpty() || !parts.matches()) {
            throw new IllegalArgumentException(
                    "\"" + text
                            + "\" is not a duration: write whole numbers with d, h, m or s, largest first, such as 7d, 2h or 1h30m");
        }
        return Duration.ofDays(number(parts.group(1)))
                .plusHours(number(parts.group(2)))
                .plusMinutes(number(parts.group(3)))
                .plusSeconds(number(parts.group(4)));
    }

    /** As {@link #parse} reads it, as in {@code 1d12h}; parts of a second are left out, and so is the sign. */
    public static String text(Duration duration) {
        Duration length = duration.abs();
        StringBuilder text = new StringBuilder();
        part(length.toDaysPart(), 'd', text);
        part(length.toHoursPart(), 'h', text);
        part(length.toMinutesPart(), 'm', text);
        part(length.toSecondsPart(), 's', text);
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static void part(long count, char unit, StringBuilder into) {
        if (count > 0) {
            into.append(count).append(unit);
        }
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
