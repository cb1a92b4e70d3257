/**
 * Decides what became of every message, from nothing but what arrived at the users' end of the WebSockets and what the publishers
 * say they published. It knows nothing of slots, nodes or handovers, so that it cannot be wrong in the same way as they.
 *
 * <p>Each message carries a {@link io.slackwater.quickstart.check.Stamp}: publisher, channel, and a number that counts from 1 for
 * this publisher on this channel. A subscriber that is there from the start must see 1, 2, 3 … of each publisher, each once, and
 * all subscribers of a channel must see the publishers' messages interleaved alike.
 */
@NullMarked
package io.slackwater.quickstart.check;

import org.jspecify.annotations.NullMarked;
