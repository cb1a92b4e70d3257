package io.slackwater.e2e.stage;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;

/** Values of {@code migration.windows}. */
public final class Windows {
    /** Open now and for the next hour. */
    public static final String OPEN = "[{\"start\":\"* * * * *\",\"duration\":\"1h\"}]";

    private Windows() {}

    /** Half an hour each day, from this minute on. */
    public static String from(Instant opening) {
        LocalTime at = LocalTime.ofInstant(opening, ZoneOffset.UTC);
        return "[{\"start\":\"" + at.getMinute() + " " + at.getHour() + " * * *\",\"duration\":\"30m\"}]";
    }

    /** Half an hour, half a day from now. */
    public static String closed() {
        int hour = openingHour();
        return "[{\"start\":\"0 " + hour + " * * *\",\"duration\":\"30m\"}]";
    }

    /** The hour at which {@link #closed} opens, UTC. */
    public static int openingHour() {
        return LocalTime.now(ZoneOffset.UTC).plusHours(12).getHour();
    }
}
