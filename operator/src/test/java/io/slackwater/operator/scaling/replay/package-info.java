/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.scaling.replay;

import org.jspecify.annotations.NullMarked;
