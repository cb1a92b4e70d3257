@NullMarked
package io.slackwater.operator.metrics;

import org.jspecify.annotations.NullMarked;
