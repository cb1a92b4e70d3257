package io.slackwater.ring.handover;

import io.slackwater.ring.Ring;
import java.util.List;

/** What the one writer of the ring does in the protocol. */
public final class Coordinator {
    /**
     * @param persisted the ring as read from where it is persisted, under this coordinator's own term
     */
    public Coordinator(Ring persisted, HandoverSettings settings, Reassignment reassignment) {
        throw new UnsupportedOperationException("not written yet");
    }

    /**
     * Takes one event.
     *
     * @param nowMillis any clock that does not go back
     */
    public List<CoordinatorAction> on(CoordinatorEvent event, long nowMillis) {
        throw new UnsupportedOperationException("not written yet");
    }

    /** The ring as last asked to be persisted. The adapter keeps a connection to each of its nodes. */
    public Ring ring() {
        throw new UnsupportedOperationException("not written yet");
    }

    public boolean isDeposed() {
        return false;
    }

    /** Whether the take-over is complete and nothing is being written: a {@code Move} would be begun at once. */
    public boolean isIdle() {
        return false;
    }
}
