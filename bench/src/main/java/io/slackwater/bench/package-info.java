@NullMarked
package io.slackwater.bench;

import org.jspecify.annotations.NullMarked;
