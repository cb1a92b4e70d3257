/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.prometheus;

import org.jspecify.annotations.NullMarked;
