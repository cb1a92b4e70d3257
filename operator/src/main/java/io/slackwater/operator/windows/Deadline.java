package io.slackwater.operator.windows;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * What ends the waiting for a window.
 *
 * @param after how long a move waits at most; null when it waits for as long as it takes
 * @param then what to do after that
 */
public record Deadline(@Nullable Duration after, OnDeadline then) {
    /** Shortest one. */
    public static final Duration SHORTEST = Duration.ofMinutes(1);

    /** Longest one. */
    public static final Duration LONGEST = Duration.ofDays(366);

    /** What to do when the deadline has passed. The names are those of the manifest. */
    public enum OnDeadline {
        /** Begin although no window is open. */
        Proceed,
        /** Go on waiting, and say that it takes too long. */
        Alert
    }

    /** What follows from the deadline at one time. */
    public sealed interface Outcome {
        /** What to tell people, as a clause without a full stop. */
        String sentence();

        /** Nothing yet. */
        record Wait(String sentence) implements Outcome {}

        /** Begin in spite of the closed windows. */
        record Proceed(String sentence) implements Outcome {}

        /** Go on waiting, and alert. */
        record Alert(String sentence) implements Outcome {}
    }

    /** @throws IllegalArgumentException the duration is out of bounds; the message is a sentence */
    public Deadline {
        if (after != null && (after.compareTo(SHORTEST) < 0 || after.compareTo(LONGEST) > 0)) {
            throw new IllegalArgumentException("a deadline of " + Durations.text(after) + " is out of bounds: write "
                    + Durations.text(SHORTEST) + " to " + Durations.text(LONGEST));
        }
    }

    /**
     * What follows while the windows are closed. A clock that was set back makes the waiting longer, not shorter.
     *
     * @param since when the wish was first waiting
     * @param zone to show times in
     */
    public Outcome at(Instant now, Instant since, ZoneId zone) {
        if (after == null) {
            return new Outcome.Wait("waits for a window without a deadline");
        }
        Instant end = since.plus(after);
        if (now.isBefore(end)) {
            return new Outcome.Wait(
                    switch (then) {
                        case Proceed -> "begins " + Moments.text(end, now, zone, "at") + " at the latest";
                        case Alert -> "waits for a window; alerts " + Moments.text(end, now, zone, "at");
                    });
        }
        String waited = "has waited " + Durations.text(Duration.between(since, now)) + " for a window, its deadline is "
                + Durations.text(after);
        return switch (then) {
            case Proceed -> new Outcome.Proceed(waited + ": begins now, as onDeadline is Proceed");
            case Alert ->
                new Outcome.Alert(waited
                        + ": goes on waiting, as onDeadline is Alert; open a window, or set onDeadline to Proceed");
        };
    }
}
