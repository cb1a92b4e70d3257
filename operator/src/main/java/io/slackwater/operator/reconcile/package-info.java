/**
 * The reconciler: observe, validate, plan, apply, report. What it knows beyond the Kubernetes API is one session for each cluster,
 * which can be lost at any time: the next operator builds its own.
 */
@NullMarked
package io.slackwater.operator.reconcile;

import org.jspecify.annotations.NullMarked;
