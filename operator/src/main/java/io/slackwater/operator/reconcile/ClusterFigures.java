package io.slackwater.operator.reconcile;

import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.operator.coordination.Snapshot;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster stands, for metrics.
 *
 * @param autoscaling what was decided last; null without autoscaling, and while nothing was
 * @param waited how long the proposed move has waited to begin; zero while none waits
 * @param patience how long one may wait
 * @param twoScalers whether more than one scaler changes {@code spec.replicas}
 */
public record ClusterFigures(
        Snapshot snapshot,
        @Nullable AutoscalingStatus autoscaling,
        Duration waited,
        Duration patience,
        boolean twoScalers) {}
