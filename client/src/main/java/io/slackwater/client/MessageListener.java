package io.slackwater.client;

/**
 * Receives the messages, in the order of each channel. Called on the client's own thread: it must not block, or the
 * subscriptions of this client stall.
 */
public interface MessageListener {
    /** A message of a channel that is subscribed. The array is the listener's own. */
    void onMessage(String channel, byte[] payload);

    /** A message that a subscribed pattern matched. */
    default void onPatternMessage(String pattern, String channel, byte[] payload) {}

    /** A mark that somebody has set, at its place among the messages of a subscribed channel. Patterns show none. */
    default void onMark(String channel, Mark mark) {}
}
