package io.slackwater.operator.scaling;

import java.time.Duration;
import java.util.List;

/**
 * How fast a size may change: the field {@code behavior} of Kubernetes' HorizontalPodAutoscaler (autoscaling/v2), with its defaults.
 *
 * @param scaleUp for more replicas
 * @param scaleDown for fewer
 */
public record Behavior(Rules scaleUp, Rules scaleDown) {
    /** Longest {@code stabilizationWindowSeconds}. */
    public static final Duration LONGEST_STABILIZATION = Duration.ofHours(1);

    /** Longest {@code periodSeconds}. */
    public static final Duration LONGEST_PERIOD = Duration.ofMinutes(30);

    private static final Duration QUARTER_MINUTE = Duration.ofSeconds(15);

    /** Up at once by 4 or by all there are, whichever is more, in 15 s; down by any number after five minutes. */
    public static final Behavior DEFAULT = new Behavior(
            new Rules(
                    Duration.ZERO,
                    Select.Max,
                    List.of(new Policy(Type.Pods, 4, QUARTER_MINUTE), new Policy(Type.Percent, 100, QUARTER_MINUTE))),
            new Rules(Duration.ofMinutes(5), Select.Max, List.of(new Policy(Type.Percent, 100, QUARTER_MINUTE))));

    /** What a policy's value counts. The names are those of the manifest. */
    public enum Type {
        Pods,
        Percent
    }

    /** Which policy counts: the one that allows the largest change, the smallest, or none is allowed. */
    public enum Select {
        Max,
        Min,
        Disabled
    }

    /**
     * A bound of the change within some time.
     *
     * @param value more than 0
     * @param period up to {@link #LONGEST_PERIOD}
     */
    public record Policy(Type type, int value, Duration period) {}

    /**
     * The rules of one direction.
     *
     * @param stabilization of what was proposed in that time the most cautious counts, up to {@link #LONGEST_STABILIZATION}
     * @param policies not empty, unless {@code select} is Disabled
     */
    public record Rules(Duration stabilization, Select select, List<Policy> policies) {
        public Rules {
            policies = List.copyOf(policies);
        }

        Duration longestPeriod() {
            return policies.stream()
                    .map(Policy::period)
                    .max(Duration::compareTo)
                    .orElse(Duration.ZERO);
        }
    }
}
