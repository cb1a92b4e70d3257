@NullMarked
package io.slackwater.client;

import org.jspecify.annotations.NullMarked;
