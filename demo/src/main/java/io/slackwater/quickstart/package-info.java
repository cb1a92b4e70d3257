/**
 * The whole system on one machine: what {@code ./quickstart} runs. Read {@code Run} first, it goes through the phases one after the other;
 * {@link io.slackwater.quickstart.check} is the judge.
 */
@NullMarked
package io.slackwater.quickstart;

import org.jspecify.annotations.NullMarked;
