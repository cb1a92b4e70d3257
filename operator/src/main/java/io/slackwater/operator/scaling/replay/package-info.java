/**
 * Replays traffic of the past, or a generated week, against the scaling decision, beside what Kubernetes' HorizontalPodAutoscaler and an
 * oracle that knows the future would have done with it. Pure: the tier is simulated, and so is the time.
 */
@NullMarked
package io.slackwater.operator.scaling.replay;

import org.jspecify.annotations.NullMarked;
