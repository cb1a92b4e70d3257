package io.slackwater.gateway;

/** How many clients may be told to go by now, at a rate. Not safe for use by several threads at once. */
final class TellingRate {
    /** How often somebody should ask. */
    static final long TICK_MILLIS = 10;

    /** After a pause of the process no more than this is made up for at once, or the rate would mean nothing. */
    private static final double LONGEST_CREDIT_SECONDS = 0.1;

    private long lastNanos;
    private double credit = 1;

    /** The first client may be told at once. */
    TellingRate(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** Time has passed; 0 a second while nobody is to be told. */
    void pass(long nowNanos, int perSecond) {
        double seconds = (nowNanos - lastNanos) / 1e9;
        lastNanos = nowNanos;
        credit = Math.min(credit + seconds * perSecond, Math.max(1, perSecond * LONGEST_CREDIT_SECONDS));
    }

    boolean allowsOne() {
        return credit >= 1;
    }

    void told() {
        credit--;
    }
}
