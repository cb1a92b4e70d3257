/**
 * The reconciler of gateway tiers: observe, validate, plan, apply, report. It keeps nothing of its own between two looks but the time of the
 * last status, and how far connections are on their way to gateways that were added: how far each gateway is on its way out is written on
 * its pod.
 */
@NullMarked
package io.slackwater.operator.reconcile.gateways;

import org.jspecify.annotations.NullMarked;
