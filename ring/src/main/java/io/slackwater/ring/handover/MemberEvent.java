package io.slackwater.ring.handover;

import io.slackwater.ring.Ring;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What a {@link Member} is told. {@code connection} is always a number that a {@link MemberAction.Connect} named. */
public sealed interface MemberEvent {
    /** The application wants these channels from now on. */
    record Subscribe(Collection<String> channels) implements MemberEvent {}

    /** The application does not want these channels any more. */
    record Unsubscribe(Collection<String> channels) implements MemberEvent {}

    /** The application wants what matches this pattern. */
    record SubscribePattern(String pattern) implements MemberEvent {}

    /** The application does not want this pattern any more. */
    record UnsubscribePattern(String pattern) implements MemberEvent {}

    /** A ring that was read from a seed, on a connection of no other use. */
    record RingSeen(Ring ring) implements MemberEvent {}

    /**
     * A connection is made, named, and has done what its {@link MemberAction.Connect} asks for.
     *
     * @param clientId the server's id of the connection
     * @param ring what the key {@code ring} held when read on this connection, null when there was none (or none that can be read)
     */
    record Connected(
            long connection, long clientId, @Nullable Ring ring) implements MemberEvent {}

    /** The key {@code ring} was read again on the connection, as {@link MemberAction.ReadRing} asked. */
    record RingRead(long connection, @Nullable Ring ring) implements MemberEvent {}

    /**
     * The connection has ended, or could not be made. Nothing comes from it any more, and what was published on it and not answered
     * is already counted as unknown in the {@link PublishLedger}.
     */
    record Disconnected(long connection) implements MemberEvent {}

    /** A ring arrived on the channel {@code control} of a subscribing connection, in order with its messages. */
    record Control(long connection, Ring ring) implements MemberEvent {}

    /** The server has executed a SUBSCRIBE of the channel on this connection. */
    record Subscribed(long connection, String channel) implements MemberEvent {}

    /** The server has executed an UNSUBSCRIBE of the channel on this connection. */
    record Unsubscribed(long connection, String channel) implements MemberEvent {}

    /** The server has executed a PSUBSCRIBE of the pattern on this connection. */
    record PatternSubscribed(long connection, String pattern) implements MemberEvent {}

    /** The server has executed a PUNSUBSCRIBE of the pattern on this connection. */
    record PatternUnsubscribed(long connection, String pattern) implements MemberEvent {}

    /**
     * A message.
     *
     * @param pattern the pattern that matched, null when it came by a subscription of the channel itself
     */
    record Message(long connection, @Nullable String pattern, String channel, byte[] payload) implements MemberEvent {}

    /**
     * The reply of a {@link MemberAction.SendAck} was seen on a publishing connection: so the replies of all that was published on
     * it before have been seen too, and are in the {@link PublishLedger}.
     */
    record AckReplied(long connection, Ack ack) implements MemberEvent {}

    /** The time asked for by {@link MemberAction.WakeAt} has come. Harmless at any other time. */
    record Wake() implements MemberEvent {}

    /**
     * The application closes the member, and publishes nothing any more: the replies of what it has published are in the
     * {@link PublishLedger}. The member unsubscribes everything, waits until the servers have confirmed that or a while has passed,
     * leaves its books and ends with {@link MemberAction.Left}.
     */
    record Leave() implements MemberEvent {}
}
