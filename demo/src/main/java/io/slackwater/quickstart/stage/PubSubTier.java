package io.slackwater.quickstart.stage;

import java.util.List;

/** A pub/sub tier that can be resized while it is used. Thread-safe. */
public interface PubSubTier {
    /**
     * Starts it; returns when it can be used.
     *
     * @throws IllegalStateException with a sentence if it does not come up
     */
    void start();

    /** Asks for another number of nodes. Returns at once. */
    void scale(int nodes);

    /** Whether it has this many nodes, all channels have found their place, and nothing is left over. */
    boolean settled(int nodes);

    /** How it stands. Cheap. */
    TierState state();

    /** Addresses of nodes, {@code HOST:PORT}, to join by. */
    List<String> seeds();

    /** What the tier itself says about the last resize, in a sentence; it may still be counting. */
    Books books();

    /**
     * What the tier's own books say.
     *
     * @param settled whether they have been closed
     * @param verified whether they are complete
     */
    record Books(boolean settled, boolean verified, String sentence) {}
}
