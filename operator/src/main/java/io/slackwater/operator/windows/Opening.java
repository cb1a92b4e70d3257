package io.slackwater.operator.windows;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Whether a planned move may begin now. */
public sealed interface Opening {
    /** Why, as a clause without a full stop. */
    String why();

    /** What to tell people, as a clause without a full stop. */
    String sentence();

    /**
     * It may.
     *
     * @param until when that ends; null when it has no end, or none that can be known, as with a measured window
     * @param zone to show it in
     * @param at when this was said
     */
    record Open(@Nullable Instant until, ZoneId zone, Instant at, String why) implements Opening {
        /** As in {@code open until 05:00 Asia/Seoul}. */
        @Override
        public String sentence() {
            return until == null ? "open: " + why : "open " + Moments.text(until, at, zone, "until");
        }
    }

    /**
     * It may not.
     *
     * @param next when it may; null when no opening is in sight
     * @param measured whether {@code next} is an estimate by past traffic, or if it is null, whether a measured window may open all the same
     * @param zone to show it in
     * @param at when this was said
     */
    record Closed(@Nullable Instant next, boolean measured, ZoneId zone, Instant at, String why) implements Opening {
        /** As in {@code opens at 03:00 Asia/Seoul}; {@code opens about 03:10 Asia/Seoul} for an estimate. */
        @Override
        public String sentence() {
            if (next != null) {
                return "opens " + Moments.text(next, at, zone, measured ? "about" : "at");
            }
            return measured
                    ? "no opening can be foretold: " + why
                    : "no window opens in the next " + Windows.SIGHT.toDays() + " days";
        }
    }
}
