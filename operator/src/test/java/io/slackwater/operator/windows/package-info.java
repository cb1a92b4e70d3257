/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.windows;

import org.jspecify.annotations.NullMarked;
