package io.slackwater.operator.coordination;

import io.slackwater.ring.LoadReport;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingFormatException;
import io.slackwater.ring.handover.CoordinatorEvent.Move;
import io.slackwater.ring.handover.Unreachable;
import io.slackwater.ring.load.LoadBoard;
import io.slackwater.ring.load.LoadBoard.Load;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is seen of the nodes beside the protocol: who is connected, how busy they are, and what each slot has to carry. For one thread. */
final class Observations {
    private static final Logger log = LoggerFactory.getLogger(Observations.class);
    private static final long LIST_MILLIS = 5_000;
    private static final long LIST_LEAVING_MILLIS = 1_000;
    private static final long LOAD_MILLIS = 5_000;

    private final LongSupplier clock;
    private final BiConsumer<NodeLink, ClientList> seen;
    private final LoadMeter meter = new LoadMeter();
    private final LoadBoard board = new LoadBoard();
    private final Complaints complaints = new Complaints();
    private final Map<NodeLink, ClientList> lists = new HashMap<>();
    private final Map<NodeLink, Long> listedAt = new HashMap<>();
    private Load load = Load.NONE;
    private long loadAt = Long.MIN_VALUE;

    /** @param seen takes each list that was taken here, with the node's link */
    Observations(LongSupplier clock, BiConsumer<NodeLink, ClientList> seen) {
        this.clock = clock;
        this.seen = seen;
    }

    /** A list was taken for the protocol. */
    void listed(NodeLink link, ClientList list) {
        lists.put(link, list);
        listedAt.put(link, clock.getAsLong());
    }

    void lost(NodeLink link) {
        lists.remove(link);
    }

    /** Forgets other links than these. */
    void retain(Set<NodeLink> links) {
        lists.keySet().retainAll(links);
        listedAt.keySet().retainAll(links);
    }

    @Nullable
    ClientList list(@Nullable NodeLink link) {
        return link == null ? null : lists.get(link);
    }

    /**
     * Looks up who is connected now and then, and how busy the node is.
     *
     * @param leaving whether members are about to leave it: then it is looked at more often
     */
    void look(NodeLink link, boolean leaving) {
        NodeSession session = link.session();
        long now = clock.getAsLong();
        if (session != null && now - listedAt.getOrDefault(link, 0L) >= (leaving ? LIST_LEAVING_MILLIS : LIST_MILLIS)) {
            listedAt.put(link, now);
            link.then(session, session.listConnections(), list -> {
                lists.put(link, list);
                seen.accept(link, list);
            });
            link.then(
                    session,
                    session.counters(),
                    info -> meter.read(session.nodeId(), LoadMeter.Reading.of(clock.getAsLong(), info)));
        }
    }

    /**
     * A member has told something: what its slots have to carry, or which nodes it cannot reach. What cannot be read is left out.
     *
     * @return false if it is neither, so that it must be an ack
     */
    boolean heard(NodeLink link, byte[] message, @Nullable Ring ring) {
        try {
            if (LoadReport.isReport(message)) {
                board.accept(LoadReport.decode(message), clock.getAsLong());
            } else if (Unreachable.isReport(message)) {
                complaints.heard(
                        Unreachable.decode(message), ring == null ? Set.of() : ring.nodeIds(), clock.getAsLong());
            } else {
                return false;
            }
        } catch (RingFormatException | IllegalArgumentException e) {
            log.debug("address={} {}", link.address(), e.getMessage());
        }
        return true;
    }

    /** The nodes that most members cannot reach, as they say. */
    Set<String> unreachableForMost(Ring ring) {
        long now = clock.getAsLong();
        Set<String> live = ring.nodeIds();
        complaints.retain(live, now);
        Set<String> members = new HashSet<>();
        lists.values().forEach(list -> members.addAll(list.witnesses()));
        live.removeIf(node -> !complaints.byMost(node, members, now));
        return live;
    }

    /** What each slot has to carry, a few seconds old. */
    Load load() {
        long now = clock.getAsLong();
        if (loadAt == Long.MIN_VALUE || now - loadAt >= LOAD_MILLIS) {
            loadAt = now;
            load = board.load(now);
        }
        return load;
    }

    /** The first connection on each node that uses channels and does not follow the ring, by node. */
    Map<String, String> bystanders() {
        Map<String, String> result = new HashMap<>();
        lists.forEach((link, list) -> {
            NodeSession session = link.session();
            if (session != null && !list.others().isEmpty()) {
                String more = list.otherCount() == 1 ? "" : " and " + (list.otherCount() - 1) + " more";
                result.put(session.nodeId(), list.others().getFirst().sentence() + more);
            }
        });
        return result;
    }

    /** About how many subscriptions follow a move: what members reported, else the source's in the proportion of its slots. */
    double subscriptions(Ring ring, Move move, @Nullable NodeLink source) {
        if (load().known()) {
            long[] sum = {0};
            move.slots().forEach(slot -> sum[0] += load().slots().subscriptions(slot));
            return sum[0];
        }
        ClientList list = list(source);
        int owned = Math.max(1, ring.table().slotsPerNode().getOrDefault(move.source(), 1));
        return list == null ? 0 : (double) list.subscriptions() * move.slots().size() / owned;
    }

    /**
     * What was measured.
     *
     * @param subscriptions by node
     * @param nodes ids in the ring; others are forgotten
     */
    Snapshot.Measurements measurements(Map<String, Long> subscriptions, Set<String> nodes) {
        meter.retain(nodes);
        return new Snapshot.Measurements(meter.load(), subscriptions, bystanders(), load());
    }
}
