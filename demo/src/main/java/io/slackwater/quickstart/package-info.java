@NullMarked
package io.slackwater.quickstart;

import org.jspecify.annotations.NullMarked;
