@NullMarked
package io.slackwater.operator.migration;

import org.jspecify.annotations.NullMarked;
