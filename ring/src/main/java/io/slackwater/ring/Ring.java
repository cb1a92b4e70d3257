package io.slackwater.ring;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything members must know, as one immutable value: who the nodes are, who owns each slot, what is being moved.
 * Written by the coordinator alone. Of two rings the one with the higher epoch is newer; the term says which coordinator
 * published it and orders nothing.
 *
 * @param epoch 64 bits, strictly increasing over the life of a cluster; at least 1
 * @param term of the coordinator that published this copy, increasing with every take-over; at least 0
 * @param nodes the live nodes, owners and others, at most {@link SlotTable#MAX_NODES}; ids are unique
 * @param dead ids of nodes that were declared dead: what still arrives from them is discarded. Most recent last, at most {@link #MAX_DEAD}
 * @param table owner of each slot. An owner is live, or dead and being replaced
 * @param handovers the open ones by ascending id; no slot is in two of them, and each slot is owned by its handover's source
 */
public record Ring(
        long epoch, long term, List<Node> nodes, List<String> dead, SlotTable table, List<Handover> handovers) {
    /** Dead nodes remembered. Older ones are forgotten: their ids are never used again. */
    public static final int MAX_DEAD = 64;

    public Ring {
        nodes = List.copyOf(nodes);
        dead = List.copyOf(dead);
        handovers = List.copyOf(handovers);
        if (epoch < 1 || term < 0) {
            throw new IllegalArgumentException(
                    "ring has epoch " + epoch + " and term " + term + ": must be at least 1 and 0");
        }
        if (nodes.size() > SlotTable.MAX_NODES || dead.size() > MAX_DEAD) {
            throw new IllegalArgumentException("ring has " + nodes.size() + " nodes and " + dead.size()
                    + " dead ones: at most " + SlotTable.MAX_NODES + " and " + MAX_DEAD);
        }
        Set<String> known = new HashSet<>(dead);
        if (known.size() != dead.size()) {
            throw new IllegalArgumentException("a dead node is listed twice: " + dead);
        }
        for (Node node : nodes) {
            if (!known.add(node.id())) {
                throw new IllegalArgumentException("node " + node.id() + " is listed twice");
            }
        }
        for (String owner : table.owners()) {
            if (!known.contains(owner)) {
                throw new IllegalArgumentException("unknown node " + owner + " owns slots");
            }
        }
        SlotSet moving = SlotSet.EMPTY;
        long previous = 0;
        for (Handover handover : handovers) {
            if (handover.id() <= previous || handover.phaseEpoch() > epoch) {
                throw new IllegalArgumentException(
                        "handover " + handover.id() + " is out of order or newer than epoch " + epoch);
            }
            previous = handover.id();
            if (!known.contains(handover.source()) || !known.contains(handover.target())) {
                throw new IllegalArgumentException("handover " + handover.id() + " names an unknown node");
            }
            if (moving.intersects(handover.slots())) {
                throw new IllegalArgumentException(
                        "handover " + handover.id() + " moves a slot that is already moving");
            }
            moving = moving.union(handover.slots());
        }
    }

    /** The live node of that id, or null. */
    public @Nullable Node node(String id) {
        for (Node node : nodes) {
            if (node.id().equals(id)) {
                return node;
            }
        }
        return null;
    }

    /** Ids of the live nodes, in their order. */
    public Set<String> nodeIds() {
        Set<String> ids = new LinkedHashSet<>();
        nodes.forEach(node -> ids.add(node.id()));
        return ids;
    }

    public boolean isDead(String id) {
        return dead.contains(id);
    }

    /** The open handover of that id. */
    public Optional<Handover> handover(long id) {
        return handovers.stream().filter(h -> h.id() == id).findFirst();
    }

    /** The open handover that moves the slot. */
    public Optional<Handover> handoverOf(int slot) {
        return handovers.stream().filter(h -> h.slots().contains(slot)).findFirst();
    }

    /** Whether the two have the same nodes, dead nodes and slot table: they may differ in epoch, term and handovers. */
    public boolean sameTopology(Ring other) {
        return nodes.equals(other.nodes) && dead.equals(other.dead) && table.equals(other.table);
    }

    /** This ring as another coordinator publishes it. */
    public Ring withTerm(long other) {
        return new Ring(epoch, other, nodes, dead, table, handovers);
    }
}
