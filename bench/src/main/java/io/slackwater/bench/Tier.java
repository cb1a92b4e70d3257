package io.slackwater.bench;

import java.util.concurrent.CompletionStage;

/** Two servers with one subscriber of all channels and one publisher, and a way to move the channels from the first to the second. */
interface Tier extends AutoCloseable, Deliveries.BackAt {
    /** Subscribes all channels; returns when the servers have confirmed. */
    void subscribe() throws Exception;

    /** The stage fails when the message was, or may have been, not sent. */
    CompletionStage<?> publish(int channel, byte[] payload);

    /** Moves all channels; returns when that is over for servers, publisher and subscriber. */
    void move() throws Exception;

    /** How many members were ended because they answered too late; their messages are outside the promise. */
    default int fencedOff() {
        return 0;
    }

    static String channel(int number) {
        return "bench:" + number;
    }

    static int number(String channel) {
        return Integer.parseInt(channel, "bench:".length(), channel.length(), 10);
    }

    @Override
    void close();
}
