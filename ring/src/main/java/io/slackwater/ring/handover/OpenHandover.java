package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A handover that is open in the ring, as a member stands in it. */
final class OpenHandover {
    Handover handover;

    /** The fence has passed: the source's messages have all been delivered. */
    boolean fenced;
    /** A bound of holding was reached: for this handover nothing is held any more. */
    boolean released;

    /** What the target sent before the fence, in its order. */
    final Deque<Held> held = new ArrayDeque<>();

    long heldBytes;
    long holdUntil = Long.MAX_VALUE;

    /** Subscriptions of its slots that the target has not confirmed. */
    final Set<Subscription> unconfirmed = new HashSet<>();

    /** Phase epoch for which PREPARE or FENCE was answered; 0 for none. */
    long answered;
    /** By publishing connection: phase epoch for which COMMIT was answered on it. */
    final Map<Long, Long> committed = new HashMap<>();
    /** Publishing connections to the source on which the reply of a COMMIT ack was seen: their publishes are all counted. */
    final Set<Long> settled = new HashSet<>();
    /** Publishing connections on which a COMMIT ack is on its way. */
    final Set<Long> settling = new HashSet<>();

    /** The source's term, once closed. */
    @Nullable
    Book book;

    OpenHandover(Handover handover) {
        this.handover = handover;
    }

    /** Answers are due again: the source may have lost them, or another coordinator asks. */
    void answerAgain() {
        answered = 0;
        committed.clear();
    }

    /** A message that waits for the fence. */
    record Held(Subscription subscription, int generation, int slot, String channel, byte[] payload) {}
}
