@NullMarked
package io.slackwater.ring.handover;

import org.jspecify.annotations.NullMarked;
