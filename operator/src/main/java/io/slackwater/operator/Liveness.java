package io.slackwater.operator;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process should be started anew: only when its informers were unhealthy at {@value #PROBES} probes in a row, so that
 * what passes by itself costs no restart. Safe for use by many threads.
 */
final class Liveness {
    /** Probes in a row. */
    static final int PROBES = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Liveness.class);

    private final BooleanSupplier healthy;
    private final AtomicInteger unhealthy = new AtomicInteger();

    /** @param healthy whether all informers are; must not block */
    Liveness(BooleanSupplier healthy) {
        this.healthy = healthy;
    }

    /** Looks, and counts this as a probe; false when it is the last straw. */
    boolean probe() {
        if (healthy.getAsBoolean()) {
            unhealthy.set(0);
            return true;
        }
        int inARow = unhealthy.incrementAndGet();
        LOG.warn("informers are unhealthy: probe {} of {}", Math.min(inARow, PROBES), PROBES);
        return inARow < PROBES;
    }
}
