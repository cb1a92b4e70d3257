/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.nodes;

import org.jspecify.annotations.NullMarked;
