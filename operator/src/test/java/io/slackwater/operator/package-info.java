/** Tests of the operator as a whole, against an embedded API server or a real one, with real servers as pods. */
@NullMarked
package io.slackwater.operator;

import org.jspecify.annotations.NullMarked;
