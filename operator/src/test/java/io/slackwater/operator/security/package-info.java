/** Tests of the package of the same name. */
@NullMarked
package io.slackwater.operator.security;

import org.jspecify.annotations.NullMarked;
