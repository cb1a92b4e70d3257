/**
 * The reconciler of gateway tiers: observe, validate, plan, apply, report. It keeps nothing of its own between two looks but the time of the
 * last status: how far each gateway is on its way out is written on its pod.
 */
@NullMarked
package io.slackwater.operator.reconcile.gateways;

import org.jspecify.annotations.NullMarked;
