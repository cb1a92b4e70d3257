/** What the operator measures, declared in one place: the meters are made of it, and so is {@code docs/metrics.md}. */
@NullMarked
package io.slackwater.operator.metrics;

import org.jspecify.annotations.NullMarked;
