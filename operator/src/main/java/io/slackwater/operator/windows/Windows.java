package io.slackwater.operator.windows;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When planned moves may run: in any of some windows. With none, always.
 *
 * @param cron windows by the clock
 * @param quiet window by traffic, null for none
 * @param zone to show the estimates of {@code quiet} in, and whose days its forecast compares
 */
public record Windows(List<CronWindow> cron, @Nullable QuietWindow quiet, ZoneId zone) {
    /** Openings further away than this are not announced. */
    public static final Duration SIGHT = Duration.ofDays(366);

    /** None configured: nothing waits. */
    public static final Windows NONE = new Windows(List.of(), null, ZoneOffset.UTC);

    public Windows {
        cron = List.copyOf(cron);
    }

    /**
     * Whether a planned move may begin, and if not, when.
     *
     * @param history traffic so far; looked at only when there is a window by traffic
     */
    public Opening decide(Instant now, TrafficHistory history) {
        if (cron.isEmpty() && quiet == null) {
            return new Opening.Open(null, zone, now, "no window is configured");
        }
        Optional<CronWindow> byClock =
                cron.stream().filter(window -> window.isOpen(now)).findFirst();
        QuietWindow.@Nullable Sight sight = quiet == null ? null : quiet.look(now, history);
        if (byClock.isPresent()) {
            Instant until = openUntil(now);
            return new Opening.Open(
                    until.equals(CronWindow.NEVER_CLOSES) ? null : until,
                    byClock.get().zone(),
                    now,
                    "window " + byClock.get());
        }
        if (sight != null && sight.open()) {
            return new Opening.Open(null, zone, now, sight.why());
        }
        return closed(now, history, sight);
    }

    /**
     * When it is expected to be open later: for windows by the clock that is certain, for one by traffic it is judged by past days. For times
     * after {@code now}.
     */
    public Predicate<Instant> outlook(Instant now, TrafficHistory history) {
        if (cron.isEmpty() && quiet == null) {
            return at -> true;
        }
        double mark = quiet == null ? Double.NaN : quiet.look(now, history).mark();
        Season season = Season.of(history, zone, now);
        return at -> cron.stream().anyMatch(window -> window.isOpen(at)) || season.expected(at) <= mark;
    }

    private Opening.Closed closed(Instant now, TrafficHistory history, QuietWindow.@Nullable Sight sight) {
        Optional<Next> byClock = cron.stream()
                .flatMap(window -> window.nextOpening(now).map(at -> new Next(at, window.zone())).stream())
                .filter(next -> !next.at().isAfter(now.plus(SIGHT)))
                .min(Comparator.comparing(Next::at));
        Optional<Instant> byTraffic = quiet == null ? Optional.empty() : quiet.forecast(now, history, zone);
        String why = sight != null
                ? sight.why()
                : "outside of " + (cron.size() == 1 ? "window " + cron.getFirst() : "all windows");
        if (byTraffic.isPresent()
                && (byClock.isEmpty() || byTraffic.get().isBefore(byClock.get().at()))) {
            return new Opening.Closed(byTraffic.get(), true, zone, now, why);
        }
        return byClock.map(next -> new Opening.Closed(next.at(), false, next.zone(), now, why))
                .orElseGet(() -> new Opening.Closed(null, quiet != null, zone, now, why));
    }

    /** When all windows by the clock are closed, one beginning where the other ends counted as one. */
    private Instant openUntil(Instant now) {
        Instant until = now;
        while (Duration.between(now, until).compareTo(CronWindow.ENDLESS) <= 0) {
            Instant from = until;
            Instant end = cron.stream()
                    .flatMap(window -> window.openUntil(from).stream())
                    .max(Comparator.naturalOrder())
                    .orElse(from);
            if (end.equals(from) || end.equals(CronWindow.NEVER_CLOSES)) {
                return end;
            }
            until = end;
        }
        return CronWindow.NEVER_CLOSES;
    }

    private record Next(Instant at, ZoneId zone) {}
}
