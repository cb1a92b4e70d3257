@NullMarked
package io.slackwater.crds;

import org.jspecify.annotations.NullMarked;
