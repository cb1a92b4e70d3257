package io.slackwater.client;

import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads rings. One that cannot be read is refused and counted, so that the last good one stays in force. For any thread. */
final class RingReader {
    private static final Logger LOG = LoggerFactory.getLogger(RingReader.class);

    private final ClientMetrics metrics;
    private final Throttle throttle;

    RingReader(ClientMetrics metrics, Throttle throttle) {
        this.metrics = metrics;
        this.throttle = throttle;
    }

    /**
     * @param bytes what was found; null when there was nothing
     * @param where for the log
     * @return null when there is none that can be read
     */
    @Nullable
    Ring read(byte @Nullable [] bytes, String where) {
        if (bytes == null) {
            return null;
        }
        try {
            return RingCodec.decode(bytes);
        } catch (RingFormatException e) {
            metrics.ringRefused();
            if (throttle.admits("ring of " + where + e.getMessage())) {
                LOG.warn("refused a ring from {}: {}", where, e.getMessage());
            }
            return null;
        }
    }
}
