/**
 * The operator as a process: command line, leader election, health and metrics, and how the parts are put together. While it leads
 * it reconciles ({@link io.slackwater.operator.reconcile}) and coordinates ({@link io.slackwater.operator.coordination});
 * otherwise it only waits for the Lease.
 */
@NullMarked
package io.slackwater.operator;

import org.jspecify.annotations.NullMarked;
