@NullMarked
package io.slackwater.ring.load;

import org.jspecify.annotations.NullMarked;
