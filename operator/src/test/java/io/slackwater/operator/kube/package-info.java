/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.kube;

import org.jspecify.annotations.NullMarked;
