package io.slackwater.e2e.traffic;

import java.util.List;

/**
 * What became of the messages.
 *
 * @param running whether messages are still being sent; the counts of losses are there only when not
 * @param sent messages handed to the library or a gateway
 * @param confirmed of these, answered
 * @param unsure of these, failed with an unknown outcome; may have been delivered or not
 * @param unsent of these, refused before anything was written
 * @param deliveries messages received, over all subscribers
 * @param lost deliveries of confirmed messages that did not come
 * @param duplicated deliveries that came again
 * @param outOfOrder deliveries that came after a later one of the same publisher and channel
 * @param disagreements messages that one subscriber saw after one that another saw it before
 * @param strange deliveries that nobody can have published so
 * @param cutOff WebSocket sessions that ended against their will, with the reasons
 * @param affected the first {@value #MOST_NAMED} messages that are lost, unsure or unsent, a sentence each
 * @param windowMillis between the sending of the first message and that of the last one that is lost, unsure or unsent; 0 without
 * @param slowestMillis the longest time from sending to a delivery
 */
public record TrafficReport(
        boolean running,
        long sent,
        long confirmed,
        long unsure,
        long unsent,
        long deliveries,
        long lost,
        long duplicated,
        long outOfOrder,
        long disagreements,
        long strange,
        List<String> cutOff,
        List<String> affected,
        long windowMillis,
        long slowestMillis) {
    /** Bound of {@link #affected()}. */
    static final int MOST_NAMED = 20;
}
