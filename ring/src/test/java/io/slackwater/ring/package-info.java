/** Tests of slots, codec, hash ring and planner: examples, properties over random histories, and a live server. */
@NullMarked
package io.slackwater.ring;

import org.jspecify.annotations.NullMarked;
