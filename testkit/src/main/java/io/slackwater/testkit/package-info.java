@NullMarked
package io.slackwater.testkit;

import org.jspecify.annotations.NullMarked;
