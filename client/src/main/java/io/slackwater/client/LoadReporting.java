package io.slackwater.client;

/**
 * When a member reports its load: so seldom that the reports make up at most one part in {@link #PART} of the bytes it publishes and
 * delivers, but at least every {@link #LONGEST_MILLIS}. For one thread.
 */
final class LoadReporting {
    /** Of a member's traffic. */
    static final long PART = 100;

    static final long LONGEST_MILLIS = 300_000;

    private final long shortestMillis;
    private long lastMillis;
    private long lastTraffic;
    private int lastBytes;

    /** @param shortestMillis least time between two reports */
    LoadReporting(long shortestMillis, long nowMillis) {
        this.shortestMillis = shortestMillis;
        this.lastMillis = nowMillis;
    }

    /**
     * Whether one is due.
     *
     * @param traffic bytes published and delivered since the start
     */
    boolean due(long nowMillis, long traffic) {
        long span = nowMillis - lastMillis;
        return span >= shortestMillis
                && (traffic - lastTraffic >= PART * lastBytes || span >= Math.max(shortestMillis, LONGEST_MILLIS));
    }

    /** Time since the last report. */
    long span(long nowMillis) {
        return nowMillis - lastMillis;
    }

    /**
     * One was sent.
     *
     * @param bytes its size; 0 if it was not sent
     */
    void sent(long nowMillis, long traffic, int bytes) {
        if (bytes > 0) {
            lastMillis = nowMillis;
            lastTraffic = traffic;
            lastBytes = bytes;
        }
    }
}
