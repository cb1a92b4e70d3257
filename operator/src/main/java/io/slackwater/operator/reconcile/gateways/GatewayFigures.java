package io.slackwater.operator.reconcile.gateways;

import io.slackwater.crds.AutoscalingStatus;
import org.jspecify.annotations.Nullable;

/**
 * How a gateway tier stands, for metrics.
 *
 * @param autoscaling what was decided last; null without autoscaling, and while nothing was
 * @param twoScalers whether more than one scaler changes {@code spec.replicas}
 */
public record GatewayFigures(@Nullable AutoscalingStatus autoscaling, boolean twoScalers) {}
