package io.slackwater.ring.handover;

import io.slackwater.ring.Node;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a {@link Member} asks for. Actions of one event are to be carried out in their order. */
public sealed interface MemberAction {
    /**
     * Make a connection, with the driver's own reconnecting, resubscribing, queueing and replaying off.
     *
     * <p>Name it, end {@code formerClientId} unless that is 0 (nothing is wrong if it is gone), add the member's name to the set
     * {@code members}; a subscriber: subscribe {@code control}; then read {@code ring}. In this order,
     * on this connection. The server's key {@code node} must name {@code node.id()}, else it is another process at the same address: close the connection and report {@link MemberEvent.Disconnected}. Ends in exactly one
     * {@link MemberEvent.Connected}, later followed by one {@link MemberEvent.Disconnected}, or in a {@code Disconnected} alone.
     *
     * @param connection number of the connection, never used twice
     */
    record Connect(long connection, Node node, Role role, long formerClientId) implements MemberAction {}

    /** Close the connection. Nothing of it is to be reported after this; no {@code Disconnected} either. */
    record Close(long connection) implements MemberAction {}

    /** Read the key {@code ring} again on this connection and report {@link MemberEvent.RingRead}. */
    record ReadRing(long connection) implements MemberAction {}

    /** SUBSCRIBE these channels, after what was asked for on this connection before. */
    record SubscribeChannels(long connection, List<String> channels) implements MemberAction {}

    /** UNSUBSCRIBE these channels, after what was asked for on this connection before. */
    record UnsubscribeChannels(long connection, List<String> channels) implements MemberAction {}

    /** PSUBSCRIBE, after what was asked for on this connection before. */
    record SubscribePatterns(long connection, List<String> patterns) implements MemberAction {}

    /** PUNSUBSCRIBE, after what was asked for on this connection before. */
    record UnsubscribePatterns(long connection, List<String> patterns) implements MemberAction {}

    /**
     * Publish by these routes from now on. Before the next action is carried out no thread may still be about to write a publish by
     * the former routes: an ack says that none comes after it.
     */
    record Reroute(Routes routes) implements MemberAction {}

    /** PUBLISH the ack on the channel {@code acks}, on exactly this connection, after all that was published on it. Report {@link MemberEvent.AckReplied}. */
    record SendAck(long connection, Ack ack) implements MemberAction {}

    /**
     * Give a message to the application.
     *
     * @param pattern as in {@link MemberEvent.Message}
     */
    record Deliver(@Nullable String pattern, String channel, byte[] payload) implements MemberAction {}

    /** Every server that may send the channel has confirmed: {@code subscribe()} completes. May come again after a reconnect. */
    record ChannelReady(String channel) implements MemberAction {}

    /** Every live server has confirmed the pattern. */
    record PatternReady(String pattern) implements MemberAction {}

    /**
     * Leave the books of a member that goes on the node, in one transaction: each of {@code perSlot} into {@code books}, each of
     * {@code perHandover} into {@code booksOf}, then take the member's name from {@code members}. By this publishing connection, after all that was published on it.
     * With each of {@code perSlot} goes the epoch of the member's ring: the term that it counted was there by then.
     */
    record LeaveBooks(long connection, long epoch, Map<Integer, Book> perSlot, Map<Long, Book> perHandover)
            implements MemberAction {}

    /** A member that leaves has said all: once its {@link LeaveBooks} are answered, or after a while, close every connection. Nothing follows. */
    record Left() implements MemberAction {}

    /** Send {@link MemberEvent.Wake} at this time, or earlier. Replaces the former one. */
    record WakeAt(long millis) implements MemberAction {}

    /** Something to be counted and shown. */
    record Count(Counter counter, long amount) implements MemberAction {}

    /** What members count beside their books. */
    enum Counter {
        /** Messages that came from a node without a part in their slot, or a dead one, and were discarded. */
        STALE_DISCARDED,
        /** Held messages that were dropped because the handover was given up or its target failed. */
        HELD_DROPPED,
        /** Messages delivered before the fence because a bound of holding was reached: their order is not certain. */
        RELEASED_EARLY,
        /** Rings that were not newer than the one in use, from whichever connection. */
        RING_NOT_NEWER
    }
}
