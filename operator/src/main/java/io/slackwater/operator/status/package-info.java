/** What the status of a cluster says, as pure functions of what is seen, and when it is worth writing. */
@NullMarked
package io.slackwater.operator.status;

import org.jspecify.annotations.NullMarked;
