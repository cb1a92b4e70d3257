/** How much each slot has to carry: counted by members, gathered by the coordinator. */
@NullMarked
package io.slackwater.ring.load;

import org.jspecify.annotations.NullMarked;
