/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.scaling;

import org.jspecify.annotations.NullMarked;
