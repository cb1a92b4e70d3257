/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.reconcile.gateways;

import org.jspecify.annotations.NullMarked;
