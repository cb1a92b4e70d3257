/**
 * How metrics are declared, here and in the gateway and the operator: name, unit, labels and help in one place, from which both the meters
 * and {@code docs/metrics.md} are made.
 */
@NullMarked
package io.slackwater.client.metrics;

import org.jspecify.annotations.NullMarked;
