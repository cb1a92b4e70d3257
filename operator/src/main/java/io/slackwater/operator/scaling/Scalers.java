package io.slackwater.operator.scaling;

import io.slackwater.operator.windows.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who changes {@code spec.replicas}, and whether that is more than one scaler. Two are at work when they undo each other in turn: one changed
 * it, another, the first, and another again, within {@link #WINDOW}. When the operator scales by itself, anybody else is the second one. A
 * person who steps in once is no scaler, and one scaler that goes up and down is one. Immutable; pure functions.
 *
 * @param looked when it was looked at last
 * @param autoscaling whether the operator scaled by itself then
 * @param replicas what was asked for then
 * @param owners whose that figure was then: names of field managers; empty when the API does not tell
 * @param changes what was seen to change lately, oldest first
 */
public record Scalers(Instant looked, boolean autoscaling, int replicas, Set<String> owners, List<Change> changes) {
    /** What is older counts no more. */
    public static final Duration WINDOW = Duration.ofMinutes(30);

    /** So many times another one has to have had its say: a person who steps in, and the scaler that answers, make two. */
    private static final int TURNS = 3;

    private static final int MOST_CHANGES = 32;

    /**
     * A change.
     *
     * @param by names of the field managers, joined
     */
    public record Change(Instant at, String by, int replicas) {}

    public Scalers {
        owners = Collections.unmodifiableSet(new TreeSet<>(owners));
        changes = List.copyOf(changes);
    }

    /** Nothing has been seen to change yet. */
    public static Scalers begin(boolean autoscaling, int replicas, Set<String> owners, Instant now) {
        return new Scalers(now, autoscaling, replicas, owners, List.of());
    }

    /**
     * Goes on with what is there now. When the clock was set back, or it was decided anew who scales, it begins anew.
     *
     * @param autoscalingNow whether the operator scales by itself
     */
    public Scalers look(boolean autoscalingNow, int replicasNow, Set<String> ownersNow, Instant now) {
        if (now.isBefore(looked) || autoscalingNow != autoscaling) {
            return begin(autoscalingNow, replicasNow, ownersNow, now);
        }
        List<Change> lately = new ArrayList<>(changes.stream()
                .filter(it -> now.isBefore(it.at().plus(WINDOW)))
                .toList());
        // Who writes the figure that is there does not become its owner: a new one has changed it, and another one has
        // before.
        boolean taken = !owners.isEmpty() && !ownersNow.isEmpty() && Collections.disjoint(owners, ownersNow);
        if (replicasNow != replicas || taken) {
            lately.add(new Change(now, by(ownersNow), replicasNow));
        }
        int first = Math.max(0, lately.size() - MOST_CHANGES);
        return new Scalers(now, autoscaling, replicasNow, ownersNow, lately.subList(first, lately.size()));
    }

    private static String by(Set<String> names) {
        return names.isEmpty() ? "somebody" : String.join(" and ", new TreeSet<>(names));
    }

    /** What a person should know; empty while there is one scaler. */
    public String sentence() {
        if (changes.isEmpty()) {
            return "";
        }
        if (autoscaling) {
            return "spec.replicas was set to " + changes.getLast().replicas() + " by "
                    + changes.getLast().by()
                    + " while spec.autoscaling decides: it has no effect; remove either that scaler or spec.autoscaling";
        }
        int turns = 0;
        for (int i = 1; i < changes.size(); i++) {
            turns += changes.get(i).by().equals(changes.get(i - 1).by()) ? 0 : 1;
        }
        if (turns < TURNS) {
            return "";
        }
        String names = changes.stream().map(Change::by).distinct().sorted().collect(Collectors.joining(" and "));
        return "spec.replicas was changed " + changes.size() + " times within " + Durations.text(WINDOW)
                + ", in turn by " + names + ": let one of them decide";
    }
}
