/**
 * The chart under test, rendered by Helm itself inside the JVM and without a cluster. What is generated from the chart, or copied into
 * it, is compared with what is committed; {@code -Dslackwater.write=true} writes it anew.
 */
@NullMarked
package io.slackwater.helm;

import org.jspecify.annotations.NullMarked;
