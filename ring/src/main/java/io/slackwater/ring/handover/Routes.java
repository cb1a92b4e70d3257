package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Where to publish, as one immutable value: a channel's slot leads to a connection by two array reads. Safe for use by any thread.
 */
public final class Routes {
    /** No ring is known: nothing can be published. */
    public static final Routes NONE = new Routes(0, new byte[0], new long[0][], List.of());

    private final long epoch;
    private final byte[] nodeOfSlot;
    private final long[][] connections;
    private final List<String> nodes;

    private Routes(long epoch, byte[] nodeOfSlot, long[][] connections, List<String> nodes) {
        this.epoch = epoch;
        this.nodeOfSlot = nodeOfSlot;
        this.connections = connections;
        this.nodes = nodes;
    }

    static Routes of(Ring ring, Map<String, Peer> peers) {
        List<String> nodes = new ArrayList<>(ring.table().owners());
        byte[] nodeOfSlot = ring.table().ownerIndices();
        for (Handover handover : ring.handovers()) {
            int at = nodes.indexOf(handover.publishTo());
            if (at < 0) {
                at = nodes.size();
                nodes.add(handover.publishTo());
            }
            byte index = (byte) at;
            handover.slots().forEach(slot -> nodeOfSlot[slot] = index);
        }
        long[][] connections = new long[nodes.size()][];
        for (int i = 0; i < connections.length; i++) {
            Peer peer = peers.get(nodes.get(i));
            connections[i] = peer == null
                    ? new long[0]
                    : peer.publishers().stream().mapToLong(link -> link.id).toArray();
        }
        return new Routes(ring.epoch(), nodeOfSlot, connections, nodes);
    }

    /** Epoch of the ring they follow; 0 for {@link #NONE}. */
    public long epoch() {
        return epoch;
    }

    /** Number of the publishing connection for the slot, the same one for as long as these routes hold; -1 when there is none now. */
    public long connection(int slot) {
        if (nodeOfSlot.length == 0) {
            return -1;
        }
        long[] choice = connections[nodeOfSlot[slot] & 0xff];
        return choice.length == 0 ? -1 : choice.length == 1 ? choice[0] : choice[slot % choice.length];
    }

    /** Id of the node the slot is published to; empty when no ring is known or the node is not listed. */
    public String node(int slot) {
        return nodeOfSlot.length == 0 ? "" : nodes.get(nodeOfSlot[slot] & 0xff);
    }
}
