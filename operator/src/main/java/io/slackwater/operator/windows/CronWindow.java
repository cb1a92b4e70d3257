package io.slackwater.operator.windows;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A window that opens whenever a cron expression fires and closes a fixed time later. Immutable.
 *
 * <p>Where clocks are changed for daylight saving:
 *
 * <ul>
 *   <li>a start in the time that is skipped opens at the moment of the jump: {@code 30 2 * * *} in Berlin opens at 03:00 on that day;
 *   <li>a start in the time that comes twice opens the first time only;
 *   <li>the duration is time that passes: two hours from 01:00 end at 04:00 in the night in which 02:00 is skipped.
 * </ul>
 *
 * <p>So a daily window opens exactly once on every day. (cron-utils itself leaves out a start in the time that is skipped.) One that
 * fires every few minutes does not fire in the repeated hour.
 */
public final class CronWindow {
    /** Shortest duration. */
    public static final Duration SHORTEST = Duration.ofMinutes(1);

    /** Longest duration. */
    public static final Duration LONGEST = Duration.ofDays(7);

    /** How {@link #openUntil} says that firings overlap without end. */
    public static final Instant NEVER_CLOSES = Instant.MAX;

    /** An opening made of overlapping ones that is longer than this is taken for endless. */
    static final Duration ENDLESS = Duration.ofDays(14);

    private final String start;
    private final Duration duration;
    private final ZoneId zone;
    private final Firings firings;

    /**
     * A window.
     *
     * @param start cron expression of five fields: minute, hour, day of the month, month, day of the week
     * @param duration {@link #SHORTEST} to {@link #LONGEST}
     * @param zone whose wall clock the expression means
     * @throws IllegalArgumentException the expression cannot be read or the duration is out of bounds; the message is a sentence
     */
    public CronWindow(String start, Duration duration, ZoneId zone) {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a window of " + Durations.text(duration) + " is out of bounds: write "
                    + Durations.text(SHORTEST) + " to " + Durations.text(LONGEST));
        }
        this.firings = new Firings(start);
        this.start = start;
        this.duration = duration;
        this.zone = zone;
    }

    public ZoneId zone() {
        return zone;
    }

    /** Whether it is open at this time; the moment of opening belongs to it, that of closing does not. */
    public boolean isOpen(Instant time) {
        return closing(time).isPresent();
    }

    /**
     * When the opening ends that is under way at this time, overlapping and adjoining firings counted as one. Empty when it is closed;
     * {@link #NEVER_CLOSES} when it goes on for more than 14 days.
     */
    public Optional<Instant> openUntil(Instant time) {
        Instant until = time;
        for (Optional<Instant> end = closing(time); end.isPresent(); end = closing(until)) {
            until = end.get();
            if (Duration.between(time, until).compareTo(ENDLESS) > 0) {
                return Optional.of(NEVER_CLOSES);
            }
        }
        return until.equals(time) ? Optional.empty() : Optional.of(until);
    }

    /**
     * When it opens next, after this time; of an opening under way the one that follows. Empty when there is none in the nine years to
     * come, as with {@code 0 0 30 2 *}, or when it never closes.
     */
    public Optional<Instant> nextOpening(Instant time) {
        Instant from = openUntil(time).orElse(time);
        return from.equals(NEVER_CLOSES)
                ? Optional.empty()
                : firings.after(wallClock(from)).map(this::moment);
    }

    /** When the last firing before this time ends, empty when it has. */
    private Optional<Instant> closing(Instant time) {
        return firings.atOrBefore(wallClock(time))
                .map(firing -> moment(firing).plus(duration))
                .filter(time::isBefore);
    }

    /**
     * What has been on the wall clock by this time: in the hour that comes the second time, all of it. No firing up to here has a
     * {@link #moment} that is later, and none after it has one that is not.
     */
    private LocalDateTime wallClock(Instant time) {
        ZoneOffset offset = zone.getRules().getOffset(time);
        LocalDateTime local = LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), offset);
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return change != null && change.isOverlap() && offset.equals(change.getOffsetAfter())
                ? change.getDateTimeBefore().minusNanos(1)
                : local;
    }

    /** When a wall clock shows this: the first time if twice, and when it jumps over it if never. */
    private Instant moment(LocalDateTime local) {
        ZoneOffsetTransition change = zone.getRules().getTransition(local);
        return change == null
                ? local.atZone(zone).toInstant()
                : change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetBefore());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CronWindow that
                && start.equals(that.start)
                && duration.equals(that.duration)
                && zone.equals(that.zone);
    }

    @Override
    public int hashCode() {
        return Objects.hash(start, duration, zone);
    }

    /** As in {@code 0 3 * * * for 2h, Asia/Seoul}. */
    @Override
    public String toString() {
        return start + " for " + Durations.text(duration) + ", " + Moments.name(zone);
    }
}
