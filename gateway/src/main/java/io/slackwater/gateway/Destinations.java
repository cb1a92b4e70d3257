package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.client.PubSub;

/**
 * How a STOMP destination names a channel: {@code /topic/NAME} is channel {@code NAME}, and so is a bare {@code NAME} that does not start with
 * a slash. Other forms ({@code /queue/…}, {@code /app/…}) mean things that this server does not do, and are refused.
 */
final class Destinations {
    private static final String TOPIC = "/topic/";

    private Destinations() {}

    /**
     * @throws StompException if it names no channel
     */
    static String channel(String destination) {
        String channel;
        if (destination.startsWith(TOPIC)) {
            channel = destination.substring(TOPIC.length());
        } else if (destination.startsWith("/")) {
            throw refused("destination '" + StompDecoder.shown(destination)
                    + "' is of an unknown form: write /topic/NAME, or NAME alone");
        } else {
            channel = destination;
        }
        if (channel.isEmpty()) {
            throw refused("destination '" + destination + "' names no channel: write /topic/NAME");
        }
        // A char is at most 3 bytes of UTF-8 (a pair of them 4), so short names need no encoding to be measured.
        if (channel.length() * 3L > PubSub.MAX_CHANNEL_BYTES) {
            int bytes = channel.getBytes(UTF_8).length;
            if (bytes > PubSub.MAX_CHANNEL_BYTES) {
                throw refused("the channel name has " + bytes + " bytes: the limit is " + PubSub.MAX_CHANNEL_BYTES);
            }
        }
        return channel;
    }

    private static StompException refused(String sentence) {
        return new StompException(ErrorKind.DESTINATION, sentence);
    }
}
