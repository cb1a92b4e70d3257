/**
 * The tier of node pods as pure functions: what is seen of a pod, what a pod shall look like, and which pods to add, to fill, to
 * empty and to remove. No effects, no clock of its own.
 */
@NullMarked
package io.slackwater.operator.nodes;

import org.jspecify.annotations.NullMarked;
