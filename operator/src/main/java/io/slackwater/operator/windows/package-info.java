/**
 * When a planned move may begin: windows by the clock, windows by the quietest part of the traffic's own history, and the deadline
 * that ends the waiting. Pure functions: no effects, and the time comes in as an {@link java.time.Instant}.
 */
@NullMarked
package io.slackwater.operator.windows;

import org.jspecify.annotations.NullMarked;
