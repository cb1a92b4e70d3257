package io.slackwater.operator.nodes;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Pods that have ended for good: they slow down what fails again and again, and some are kept for people to look at. Pure.
 *
 * @param oldestFirst by the time they were created
 */
public record FailedPods(List<ObservedPod> oldestFirst) {
    private static final int KEPT = 8;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** Those of these pods that have failed and that nobody has asked to go. */
    public static FailedPods of(List<ObservedPod> pods) {
        return new FailedPods(pods.stream()
                .filter(pod -> pod.failed() && !pod.terminating())
                .sorted(Comparator.comparing(ObservedPod::createdAt))
                .toList());
    }

    /** Until the next pod is to be added. The first failed pod is replaced at once; from the second on it takes 4, 8, 16 … seconds. */
    public Duration pause(Instant now) {
        if (oldestFirst.size() < 2) {
            return Duration.ZERO;
        }
        Duration wanted = Duration.ofSeconds(1L << Math.min(oldestFirst.size(), 9));
        Instant next =
                oldestFirst.getLast().createdAt().plus(wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE);
        Duration left = Duration.between(now, next);
        // A clock that was set back must not stop replacements for longer than the longest pause.
        return left.isNegative() || left.compareTo(LONGEST_PAUSE) > 0 ? Duration.ZERO : left;
    }

    /** Why none is added now, in a sentence; empty when one may be. */
    public String held(Instant now) {
        Duration pause = pause(now);
        return pause.isZero()
                ? ""
                : oldestFirst.size() + " pods have failed, the next one is added in " + pause.toSeconds() + " s";
    }

    /**
     * Those to remove.
     *
     * @param healthy whether all is well, so that none needs to be kept
     */
    public List<ObservedPod> surplus(boolean healthy) {
        return oldestFirst.subList(0, Math.max(0, oldestFirst.size() - (healthy ? 0 : KEPT)));
    }
}
