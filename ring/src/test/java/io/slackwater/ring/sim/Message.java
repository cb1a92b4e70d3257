package io.slackwater.ring.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One message the application published, and what became of it. */
final class Message {
    final int id;
    final SimMember publisher;
    final Channel channel;
    final byte[] payload;

    /** When it was written, on which connection, and its place among what its publisher wrote to the channel. */
    long publishedAt = -1;

    @Nullable
    SimConnection publishedOn;

    int place;

    /** Where and when a server executed it; null and -1 if none did. */
    @Nullable
    SimServer acceptedOn;

    long acceptedAt = -1;
    int receivers;

    final List<Duty> duties = new ArrayList<>(4);
    final List<Copy> copies = new ArrayList<>(4);
    final List<Subscription> delivered = new ArrayList<>(4);

    Message(int id, SimMember publisher, Channel channel, int bytes) {
        this.id = id;
        this.publisher = publisher;
        this.channel = channel;
        this.payload = new byte[bytes];
        payload[0] = (byte) (id >>> 8);
        payload[1] = (byte) id;
    }

    static int idOf(byte[] payload) {
        return (payload[0] & 0xff) << 8 | payload[1] & 0xff;
    }

    @Override
    public String toString() {
        return "m" + id + "(" + publisher.name() + "/" + place + " " + channel.name() + ")";
    }

    /** A subscription that was ready when the message was published, and must get it. */
    record Duty(Subscription subscription, long readySince) {}

    /** What a server sent of it to one connection. */
    static final class Copy {
        final SimConnection connection;
        final @Nullable String pattern;
        long receivedAt = -1;

        Copy(SimConnection connection, @Nullable String pattern) {
            this.connection = connection;
            this.pattern = pattern;
        }
    }
}
