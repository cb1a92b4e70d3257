package io.slackwater.client;

import io.slackwater.ring.KnownRings;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads rings. One that cannot be read is refused and counted, so that the last good one stays in force. For any thread. */
final class RingReader {
    private static final Logger LOG = LoggerFactory.getLogger(RingReader.class);

    private final boolean changes;
    private final KnownRings known = new KnownRings();
    private final ClientMetrics metrics;
    private final Throttle throttle;

    /** @param version of the protocol: in the first rings are whole */
    RingReader(int version, ClientMetrics metrics, Throttle throttle) {
        this.changes = version > 1;
        this.metrics = metrics;
        this.throttle = throttle;
    }

    /**
     * Reads what a key holds.
     *
     * @param bytes what was found; null when there was nothing
     * @param where for the log
     * @return null when there is none that can be read
     */
    @Nullable
    Ring read(byte @Nullable [] bytes, String where) {
        Ring[] read = new Ring[1];
        if (bytes != null) {
            // A key holds whole rings: there is nothing more to be read where one is told as a change.
            readPublished(bytes, where, ring -> read[0] = ring, metrics::ringRefused);
        }
        return read[0];
    }

    /**
     * Reads what was published: calls one of the two, or none when it cannot be read.
     *
     * @param where for the log
     * @param incomplete called when the ring is told as a change to one that is not known here; the key has the whole
     */
    void readPublished(byte[] bytes, String where, Consumer<Ring> ring, Runnable incomplete) {
        Ring read;
        try {
            read = changes ? known.read(bytes) : RingCodec.decode(bytes);
        } catch (KnownRings.UnknownBaseException e) {
            incomplete.run();
            return;
        } catch (RingFormatException e) {
            metrics.ringRefused();
            if (throttle.admits("ring of " + where + e.getMessage())) {
                LOG.warn("refused a ring from {}: {}", where, e.getMessage());
            }
            return;
        }
        ring.accept(read);
    }
}
