package io.slackwater.ring.handover;

import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a {@link Coordinator} is told. */
public sealed interface CoordinatorEvent {
    /**
     * A connection to the node is made, it listens on {@code acks}, and the process there is the one the id names.
     *
     * @param stored what the key {@code ring} held, null when there was none
     */
    record NodeUp(String node, @Nullable Ring stored) implements CoordinatorEvent {}

    /** The connection to the node has ended. No verdict: what is to be done there waits. */
    record NodeDown(String node) implements CoordinatorEvent {}

    /** The verdict that the node's process is gone for good. */
    record NodeDead(String node) implements CoordinatorEvent {}

    /** The last {@link CoordinatorAction.Persist} is stored. */
    record Persisted(long epoch) implements CoordinatorEvent {}

    /** Somebody else has written since: this coordinator is deposed. */
    record PersistConflict(String reason) implements CoordinatorEvent {}

    /**
     * The answer to a {@link CoordinatorAction.WriteKey}.
     *
     * @param storedEpoch the epoch the key has now: higher than {@code epoch} when the write was refused
     */
    record KeyWritten(String node, long epoch, long storedEpoch) implements CoordinatorEvent {}

    /** The answer to a {@link CoordinatorAction.ListConnections}: the connections of members of this cluster. */
    record Listed(String node, long request, List<MemberConnection> connections) implements CoordinatorEvent {}

    /** A list of connections that was taken for something else: nothing is decided by it but what everybody reads. */
    record Seen(String node, List<MemberConnection> connections) implements CoordinatorEvent {}

    /** The answer to a {@link CoordinatorAction.PublishRing}. */
    record Published(String node, long epoch) implements CoordinatorEvent {}

    /** A member's ack arrived on any node. */
    record AckReceived(Ack ack) implements CoordinatorEvent {}

    /**
     * The answer to a {@link CoordinatorAction.ReadBooks}.
     *
     * @param members the names in the node's set {@code members}
     * @param left books by name of members that left
     */
    record BooksRead(long handover, Set<String> members, Map<String, Book> left) implements CoordinatorEvent {}

    /** Move these slots. Refused, with {@link Report.Refused}, unless the source owns them all, none is moving, and both nodes are alive. */
    record Move(String source, String target, SlotSet slots) implements CoordinatorEvent {}

    /** Give up this handover if it is still in PREPARE; otherwise it goes on to its end. */
    record Abort(long handover, String reason) implements CoordinatorEvent {}

    /** A new node, which owns nothing, joins. */
    record Join(Node node) implements CoordinatorEvent {}

    /** A node that owns nothing and takes part in no handover leaves. Refused otherwise. */
    record Retire(String node) implements CoordinatorEvent {}

    /** The time asked for by {@link CoordinatorAction.WakeAt} has come. Harmless at any other time. */
    record Wake() implements CoordinatorEvent {}

    /**
     * A connection of a member, from the server's own list.
     *
     * @param clientId the server's id of the connection
     * @param version of the protocol that the member reads, as the connection's name says
     */
    record MemberConnection(long clientId, String member, Role role, int version) {}
}
