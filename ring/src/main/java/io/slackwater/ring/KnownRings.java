package io.slackwater.ring;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is published of rings, whole or as changes, and remembers the last ones, to which changes refer. Several connections bring the
 * same changes at different times, so that more than the newest is kept. For any thread.
 */
public final class KnownRings {
    /** Rings remembered that differ in more than their handovers. */
    private static final int KEPT = 8;

    private final Deque<Known> known = new ArrayDeque<>(KEPT + 1);

    /**
     * The ring that these bytes describe.
     *
     * @throws UnknownBaseException it is told as a change to a ring that was not read here lately: read the key {@code ring}
     * @throws RingFormatException the bytes are damaged, incomplete, of a version that this program does not know, or describe no valid ring
     */
    public Ring read(byte[] bytes) throws RingFormatException {
        Ring ring = RingDelta.isDelta(bytes) ? RingDelta.decode(bytes, this::find) : RingCodec.decode(bytes);
        remember(ring);
        return ring;
    }

    private synchronized @Nullable Ring find(long digest) {
        for (Known one : known) {
            if (one.digest() == digest) {
                return one.ring;
            }
        }
        return null;
    }

    private synchronized void remember(Ring ring) {
        if (known.stream().anyMatch(one -> one.ring.sameTopology(ring))) {
            return;
        }
        known.addFirst(new Known(ring));
        if (known.size() > KEPT) {
            known.removeLast();
        }
    }

    /** With its digest, once somebody has asked for it: where only whole rings are published nobody does. */
    private static final class Known {
        private final Ring ring;
        private long digest;
        private boolean digested;

        Known(Ring ring) {
            this.ring = ring;
        }

        long digest() {
            if (!digested) {
                digest = RingDelta.digest(ring);
                digested = true;
            }
            return digest;
        }
    }

    /** The ring is told as a change to one that is not known here: the key {@code ring} has the whole. */
    public static final class UnknownBaseException extends RingFormatException {
        private static final long serialVersionUID = 1;

        UnknownBaseException(String message) {
            super(message);
        }
    }
}
