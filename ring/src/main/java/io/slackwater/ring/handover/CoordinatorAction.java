package io.slackwater.ring.handover;

import io.slackwater.ring.Ring;
import java.util.List;
import java.util.SortedMap;

/** What a {@link Coordinator} asks for. Actions of one event are to be carried out in their order; answers may come in any. */
public sealed interface CoordinatorAction {
    /** Store the ring by compare-and-set on what this coordinator stored or read last. Answer: {@code Persisted} or {@code PersistConflict}, once it is certain which. */
    record Persist(Ring ring) implements CoordinatorAction {}

    /** Write the key {@code ring}, unless it holds a higher epoch. If the connection breaks there is no answer: {@code NodeDown} comes, and the coordinator asks again after {@code NodeUp}. */
    record WriteKey(String node, Ring ring) implements CoordinatorAction {}

    /** Take {@code CLIENT LIST}, after every earlier action on this node. */
    record ListConnections(String node, long request) implements CoordinatorAction {}

    /**
     * Publish the ring on {@code control}, after every earlier action on this node.
     *
     * @param version the highest version of the protocol that everybody on this node reads: in 1 the ring is whole; from 2 on it may be told as a change to the ring that this
     *     coordinator published last
     */
    record PublishRing(String node, Ring ring, int version) implements CoordinatorAction {}

    /** {@code CLIENT KILL ID} each. Needs no answer: the list is taken again afterwards. */
    record Kill(String node, List<Long> clientIds) implements CoordinatorAction {}

    /**
     * Read the books that members who left have of these slots on the node, moving them to {@code booksOf(handover)} so that a later
     * term of the slots starts from nothing and the reading can be repeated. A node that cannot be read gives no answer.
     *
     * @param since each slot, with the epoch at which its term on the node began; 0 when that is not known. What was left by a member
     *     whose ring was older belongs to an earlier term that nobody asked about, because it ended by a failure: it is thrown away.
     */
    record ReadBooks(String node, long handover, SortedMap<Integer, Long> since) implements CoordinatorAction {}

    /** Send {@link CoordinatorEvent.Wake} at this time, or earlier. Replaces the former one. */
    record WakeAt(long millis) implements CoordinatorAction {}

    /** Something happened that others want to know. */
    record Tell(Report report) implements CoordinatorAction {}
}
