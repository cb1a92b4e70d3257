@NullMarked
package io.slackwater.operator;

import org.jspecify.annotations.NullMarked;
