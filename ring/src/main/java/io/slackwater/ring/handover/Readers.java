package io.slackwater.ring.handover;

import io.slackwater.ring.handover.CoordinatorEvent.MemberConnection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    /** @param highest that is ever published */
    Readers(int highest) {
        this.highest = highest;
    }

    /** A list was taken: these are all. */
    void listed(String node, List<MemberConnection> connections) {
        forget(node);
        connections.stream()
                .min(Comparator.comparingInt(MemberConnection::version))
                .ifPresent(one -> lowest.put(node, one));
    }

    /** Who is connected to the node is not known any more. */
    void forget(String node) {
        lowest.remove(node);
    }

    /** The version in which to publish on the node, and that is done now: the highest that everybody there reads. */
    int publish(String node) {
        int version = Math.min(highest, lowestOn(node));
        published.put(node, version);
        return version;
    }

    /** Whether somebody is on the node who cannot read what was published there last. */
    boolean hasNewcomer(String node) {
        return lowest.containsKey(node) && lowestOn(node) < published.getOrDefault(node, 1);
    }

    /** The highest version that everybody reads who is known to be connected to one of these nodes; 1 while nothing is known. */
    int version(Set<String> nodes) {
        return Math.min(
                highest,
                nodes.stream()
                        .filter(lowest::containsKey)
                        .mapToInt(this::lowestOn)
                        .min()
                        .orElse(1));
    }

    private int lowestOn(String node) {
        MemberConnection one = lowest.get(node);
        return one == null ? 1 : one.version();
    }

    /** A member because of which no higher version than this is published; null when there is none. */
    @Nullable
    String heldBackBy(int version) {
        return lowest.values().stream()
                .filter(one -> version < highest && one.version() <= version)
                .map(MemberConnection::member)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }
}
