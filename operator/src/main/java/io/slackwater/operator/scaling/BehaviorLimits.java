package io.slackwater.operator.scaling;

import io.slackwater.operator.scaling.Behavior.Policy;
import io.slackwater.operator.scaling.Behavior.Rules;
import io.slackwater.operator.scaling.Behavior.Select;
import io.slackwater.operator.scaling.Behavior.Type;
import io.slackwater.operator.scaling.Past.Change;
import io.slackwater.operator.scaling.Past.Proposed;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;

/**
 * What a {@link Behavior} leaves of a proposal: first the most cautious proposal of the stabilisation window, then the rate that policies
 * allow. As in {@code stabilizeRecommendationWithBehaviors} and {@code convertDesiredReplicasWithBehaviorRate} of Kubernetes'
 * {@code pkg/controller/podautoscaler}.
 */
public final class BehaviorLimits {
    private BehaviorLimits() {}

    /**
     * What is left.
     *
     * @param replicas between what there are and what was proposed
     * @param limit what took the rest: {@link Limit#NONE}, {@link Limit#STABILIZATION} or {@link Limit#POLICY}
     */
    public record Limited(int replicas, Limit limit) {}

    /**
     * The proposal as far as it may go now.
     *
     * @param past what was proposed before and now, and how the size changed
     * @param current that there are
     * @param proposed unbounded
     */
    public static Limited limit(Behavior behavior, Past past, int current, int proposed, Instant now) {
        int stable = stabilized(behavior, past, current, proposed, now);
        int allowed = stable;
        if (stable > current) {
            allowed = Math.min(stable, mostUp(behavior.scaleUp(), past, current, now));
        } else if (stable < current) {
            allowed = Math.max(stable, leastDown(behavior.scaleDown(), past, current, now));
        }
        Limit limit = allowed != stable ? Limit.POLICY : stable != proposed ? Limit.STABILIZATION : Limit.NONE;
        return new Limited(allowed, limit);
    }

    private static int stabilized(Behavior behavior, Past past, int current, int proposed, Instant now) {
        int up = proposed;
        int down = proposed;
        for (Proposed each : past.proposals()) {
            if (within(each.at(), behavior.scaleUp().stabilization(), now)) {
                up = Math.min(up, each.replicas());
            }
            if (within(each.at(), behavior.scaleDown().stabilization(), now)) {
                down = Math.max(down, each.replicas());
            }
        }
        return Math.min(Math.max(current, up), down);
    }

    private static int mostUp(Rules rules, Past past, int current, Instant now) {
        if (rules.select() == Select.Disabled) {
            return current;
        }
        IntStream each = rules.policies().stream().mapToInt(policy -> {
            int before = before(policy, past, current, now);
            return policy.type() == Type.Pods
                    ? before + policy.value()
                    : (int) Math.ceil(before * (1 + policy.value() / 100.0));
        });
        int most = (rules.select() == Select.Max ? each.max() : each.min()).orElse(current);
        return Math.max(current, most);
    }

    private static int leastDown(Rules rules, Past past, int current, Instant now) {
        if (rules.select() == Select.Disabled) {
            return current;
        }
        IntStream each = rules.policies().stream().mapToInt(policy -> {
            int before = before(policy, past, current, now);
            return policy.type() == Type.Pods ? before - policy.value() : (int) (before * (1 - policy.value() / 100.0));
        });
        int least = (rules.select() == Select.Max ? each.min() : each.max()).orElse(current);
        return Math.min(current, least);
    }

    /** How many there were when the period began. */
    private static int before(Policy policy, Past past, int current, Instant now) {
        int since = past.changes().stream()
                .filter(change -> within(change.at(), policy.period(), now))
                .mapToInt(Change::by)
                .sum();
        return current - since;
    }

    private static boolean within(Instant at, Duration span, Instant now) {
        return at.isAfter(now.minus(span));
    }
}
