package io.slackwater.ring.handover;

import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which version of the protocol everybody reads who is connected to a node, as the servers' lists of connections say: the names of connections carry it. Where no list
 * has been taken yet, or nobody was, somebody may be by now who reads only the first.
 */
final class Readers {
    private final int highest;

    /** By node where somebody is, the connection of the lowest version. */
    private final Map<String, MemberConnection> lowest = new HashMap<>();

    /** By node, the version in which a ring was last published there. */
    private final Map<String, Integer> published = new HashMap<>();

    // What was told last.
    private int version = 1;
    private boolean heldBack;

    /** @param highest that is ever published */
    Readers(int highest) {
        this.highest = highest;
    }

    /** A list was taken: these are all. */
    void listed(String node, List<MemberConnection> connections) {
        lowest.remove(node);
        connections.stream()
                .min(Comparator.comparingInt(MemberConnection::version))
                .ifPresent(one -> lowest.put(node, one));
    }

    /** The connection to the node has ended: who is there is not known any more, nor what of the last publications has reached them. */
    void lost(String node) {
        lowest.remove(node);
        published.put(node, highest);
    }

    /** Forgets all nodes but these. */
    void retain(Set<String> nodes) {
        if (published.size() > nodes.size() || lowest.size() > nodes.size()) {
            published.keySet().retainAll(nodes);
            lowest.keySet().retainAll(nodes);
        }
    }

    /**
     * The version in which to publish on the node, and that is done now: the highest that everybody there reads.
     *
     * @param whole whether it is to be the first in any case
     */
    int publish(String node, boolean whole) {
        int version = whole ? 1 : Math.min(highest, lowestOn(node));
        published.put(node, version);
        return version;
    }

    /** Whether somebody is on the node who cannot read what was published there last. */
    boolean hasNewcomer(String node) {
        return lowest.containsKey(node) && lowestOn(node) < published.getOrDefault(node, 1);
    }

    /** What is to be told since the last time: that the version in which everybody on these nodes is told rings has changed, or who keeps it from being the highest; null for nothing. */
    Report.@Nullable VersionChanged news(Set<String> nodes) {
        MemberConnection oldest = nodes.stream()
                .map(lowest::get)
                .filter(Objects::nonNull)
                .min(Comparator.comparingInt(MemberConnection::version).thenComparing(MemberConnection::member))
                .orElse(null);
        if (oldest == null) {
            return null; // nobody reads
        }
        int next = Math.min(highest, oldest.version());
        boolean held = next < highest;
        if (next == version && held == heldBack) {
            return null;
        }
        version = next;
        heldBack = held;
        return new Report.VersionChanged(next, held ? oldest.member() : null);
    }

    private int lowestOn(String node) {
        MemberConnection one = lowest.get(node);
        return one == null ? 1 : one.version();
    }
}
