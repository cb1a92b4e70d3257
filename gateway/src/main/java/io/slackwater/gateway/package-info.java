@NullMarked
package io.slackwater.gateway;

import org.jspecify.annotations.NullMarked;
