package io.slackwater.operator.scaling;

/** What keeps a decision from what the metrics alone would ask for. The text of each is for metrics and conditions. */
public enum Limit {
    NONE("None"),
    /** The smallest number that may be asked for. */
    MINIMUM("MinReplicas"),
    /** The largest. */
    MAXIMUM("MaxReplicas"),
    /** A metric has no value. */
    METRICS("Metrics"),
    /** Slots are being moved, or pods on their way. */
    IN_FLIGHT("MoveInFlight"),
    /** It has not been proposed for long enough. */
    STABILIZATION("Stabilization"),
    /** A policy of {@code behavior}. */
    POLICY("Policy"),
    /** The rest would have too much to do. */
    SURVIVORS("Survivors"),
    /** No window is open. */
    WINDOW("Window"),
    /** What would be saved is not worth what the moves cost. */
    COST("Cost");

    private final String text;

    Limit(String text) {
        this.text = text;
    }

    /** CamelCase. */
    public String text() {
        return text;
    }
}
