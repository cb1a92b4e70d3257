/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.reconcile;

import org.jspecify.annotations.NullMarked;
