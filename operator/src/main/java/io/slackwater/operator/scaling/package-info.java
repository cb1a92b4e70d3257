/**
 * How many nodes a tier should have: a pure function of settings, what metrics say, how the tier stands, what past days lead one to expect,
 * and the time. Nothing in here talks to anybody or has a clock, so every decision can be replayed.
 *
 * <p>The words: <em>needed</em> is how many nodes the metrics say would have just their target, a real number. <em>Headroom</em> is
 * added to that whenever the size is changed. The <em>goal</em> is the size that the tier is brought to now; it differs from how many nodes
 * serve while a move is in flight.
 */
@NullMarked
package io.slackwater.operator.scaling;

import org.jspecify.annotations.NullMarked;
