package io.slackwater.ring;

/** What a {@link Handover} asks of every member. A handover that is finished or given up is simply not in the ring any more. */
public enum Phase {
    /** Subscribe on the target what is subscribed on the source; keep both; hold what the target sends. */
    PREPARE,
    /** Publish to the target from now on. */
    COMMIT,
    /** Nobody publishes on the source any more: deliver what it sent, then what was held; leave the source. */
    FENCE
}
