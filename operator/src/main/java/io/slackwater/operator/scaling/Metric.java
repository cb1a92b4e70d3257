package io.slackwater.operator.scaling;

/**
 * A metric and what it should be.
 *
 * @param name what people call it, unique in a tier
 * @param target more than 0, finite: of one node
 * @param kind what the metric counts
 */
public record Metric(String name, double target, Kind kind) {
    /** What a metric counts. The names are those of the manifest, and of HPA's target types. */
    public enum Kind {
        /** All of the tier, for example messages a second; the target is the share of one node. */
        AverageValue,
        /** What one node has in the mean, for example its utilisation; the target is the same for one. */
        Value
    }

    /** @throws IllegalArgumentException the target is not a positive number; the message is a sentence */
    public Metric {
        if (!(target > 0 && target <= Double.MAX_VALUE)) {
            throw new IllegalArgumentException("the target of " + name + " is " + target + ": must be more than 0");
        }
    }

    /** What one replica is to have, for example {@code 6,000 of the whole for each node}. */
    public String sentence(TierKind of) {
        return Figures.text(target)
                + switch (kind) {
                    case AverageValue -> " of the whole for each " + of.one();
                    case Value -> " for a " + of.one() + " in the mean";
                };
    }

    /**
     * How many nodes would have just the target.
     *
     * @param reporting nodes that a {@link Kind#Value} is the mean of
     */
    double needed(double value, int reporting) {
        return switch (kind) {
            case AverageValue -> value / target;
            case Value -> value / target * reporting;
        };
    }
}
