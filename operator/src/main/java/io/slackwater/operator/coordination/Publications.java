package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingDelta;
import org.jspecify.annotations.Nullable;

/** The bytes of rings for those who read them. The same ring goes to many nodes, so that the last bytes are kept. For one thread. */
final class Publications {
    private @Nullable Ring wholeOf;
    private byte[] whole = {};
    private @Nullable Ring published;
    private @Nullable Ring base;
    private byte @Nullable [] change;

    /** As a key holds it, and members of any version read it. */
    byte[] whole(Ring ring) {
        if (ring != wholeOf) {
            whole = RingCodec.encode(ring);
            wholeOf = ring;
        }
        return whole;
    }

    /**
     * As it is published: as a change to the ring that was published before, where that can be told and is shorter.
     *
     * @param version of the protocol
     */
    byte[] of(Ring ring, int version) {
        if (ring != published) {
            base = published;
            published = ring;
            change = null;
        }
        if (version < RingDelta.MAJOR || base == null) {
            return whole(ring);
        }
        if (change == null) {
            byte[] told = RingDelta.encode(ring, base);
            change = told == null || told.length >= whole(ring).length ? whole(ring) : told;
        }
        return change;
    }
}
