/** What Prometheus answers, read with distrust: whatever is not a figure becomes a sentence that says what came instead. */
@NullMarked
package io.slackwater.operator.prometheus;

import org.jspecify.annotations.NullMarked;
