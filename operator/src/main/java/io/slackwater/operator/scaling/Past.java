package io.slackwater.operator.scaling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What earlier decisions leave to later ones. It is bounded by the time it covers, and is lost when the operator ends: a new one begins
 * with {@link #begin} and scales nothing in before it has watched for a whole stabilisation window. Immutable.
 *
 * @param since since when it has been watched without a gap
 * @param goal what the tier was brought to at the last look
 * @param proposals what was proposed, oldest first
 * @param changes of the goal, oldest first
 * @param needs what was needed, oldest first
 */
public record Past(Instant since, int goal, List<Proposed> proposals, List<Change> changes, List<Need> needs) {
    /** A gap longer than this is as if the watching began anew. */
    static final Duration LONGEST_GAP = Duration.ofMinutes(3);

    /** For how long it is remembered what was needed. */
    static final Duration NEEDS = Duration.ofMinutes(15);

    /** What one look proposed, before any limit. */
    public record Proposed(Instant at, int replicas) {}

    /** The goal changed by so many replicas; negative for fewer. */
    public record Change(Instant at, int by) {}

    /** How many nodes would have had just their target. */
    public record Need(Instant at, double nodes) {}

    public Past {
        proposals = List.copyOf(proposals);
        changes = List.copyOf(changes);
        needs = List.copyOf(needs);
    }

    /** Nothing is known of before. */
    public static Past begin(Instant now, int goal) {
        return new Past(now, goal, List.of(), List.of(), List.of());
    }

    /**
     * The same at a later look. A clock that was set back, and a gap, make it begin anew.
     *
     * @param needed what is needed now; NaN when that is not known
     */
    public Past look(Instant now, int goalNow, double needed) {
        Instant last = lastLook();
        if (now.isBefore(last) || Duration.between(last, now).compareTo(LONGEST_GAP) > 0) {
            return begin(now, goalNow).look(now, goalNow, needed);
        }
        List<Change> changed = later(changes, Change::at, now.minus(Behavior.LONGEST_PERIOD));
        if (goalNow != goal) {
            changed.add(new Change(last, goalNow - goal)); // decided at the last look, seen at this one
        }
        List<Need> needed15 = later(needs, Need::at, now.minus(NEEDS));
        if (!Double.isNaN(needed)) {
            needed15.add(new Need(now, needed));
        }
        return new Past(since, goalNow, proposals, changed, needed15);
    }

    /** The same with what has been proposed at this look. */
    public Past propose(Instant now, int replicas) {
        List<Proposed> proposed = later(proposals, Proposed::at, now.minus(Behavior.LONGEST_STABILIZATION));
        proposed.add(new Proposed(now, replicas));
        return new Past(since, goal, proposed, changes, needs);
    }

    /** Whether it has been watched for this long. */
    boolean covers(Duration span, Instant now) {
        return !since.plus(span).isAfter(now);
    }

    /** What was needed at most in the last quarter of an hour. */
    OptionalDouble highestNeed() {
        return needs.stream().mapToDouble(Need::nodes).max();
    }

    /** How fast the need grows, in nodes a second, judged by the last five minutes; 0 when it falls or is not known. */
    double growth(Instant now) {
        if (needs.isEmpty()) {
            return 0;
        }
        Need first = needs.stream()
                .filter(need -> !need.at().isBefore(now.minus(Duration.ofMinutes(5))))
                .findFirst()
                .orElse(needs.getLast());
        Need last = needs.getLast();
        long seconds = Duration.between(first.at(), last.at()).toSeconds();
        return seconds < 60 ? 0 : Math.max(0, (last.nodes() - first.nodes()) / seconds);
    }

    private Instant lastLook() {
        return proposals.isEmpty() ? since : proposals.getLast().at();
    }

    private static <T> List<T> later(List<T> of, Function<T, Instant> at, Instant than) {
        List<T> later = new ArrayList<>();
        for (T each : of) {
            if (at.apply(each).isAfter(than)) {
                later.add(each);
            }
        }
        return later;
    }
}
