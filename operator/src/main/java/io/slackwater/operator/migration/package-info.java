/**
 * Which change of the ring is due: pure functions of what is asked for, what is in force, and what people and windows say. Nothing in
 * here talks to anybody or has a clock.
 */
@NullMarked
package io.slackwater.operator.migration;

import org.jspecify.annotations.NullMarked;
