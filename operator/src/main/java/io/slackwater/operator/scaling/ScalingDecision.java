package io.slackwater.operator.scaling;

/**
 * How many replicas a tier should have.
 *
 * @param desired within the bounds of the settings
 * @param reason one plain sentence without a full stop
 * @param limit what kept it from what the metrics alone would ask for
 * @param needed nodes that would have just their target now; NaN when no metric has a value
 * @param dryRun whether it is to be told only
 * @param past to be given to the next decision
 */
public record ScalingDecision(int desired, String reason, Limit limit, double needed, boolean dryRun, Past past) {}
