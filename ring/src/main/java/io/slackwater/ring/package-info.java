@NullMarked
package io.slackwater.ring;

import org.jspecify.annotations.NullMarked;
