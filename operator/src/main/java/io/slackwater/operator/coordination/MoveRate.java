package io.slackwater.operator.coordination;

/**
 * Bounds what is moved, in subscriptions per second, as a bucket that holds one second's worth. A batch may begin while the bucket is
 * not in debt, and then takes out its whole cost: so a batch larger than the bucket is late for the next one, but never stuck. The cost is an estimate: the subscriptions
 * that the source's connections have at its last {@code CLIENT LIST}, shared out evenly over its slots. For one thread.
 */
final class MoveRate {
    private double level = 1;
    private long filledAt;

    /** Whether a batch may begin now. */
    boolean allows(int perSecond, long nowMillis) {
        level = Math.min(perSecond, level + (nowMillis - filledAt) * (perSecond / 1000.0));
        filledAt = nowMillis;
        return level > 0;
    }

    /** A batch has begun. */
    void spend(double subscriptions) {
        level -= subscriptions;
    }
}
