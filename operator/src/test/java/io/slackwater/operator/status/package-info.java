/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.status;

import org.jspecify.annotations.NullMarked;
