package io.slackwater.ring.handover;

import java.util.List;

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

    Routes(long epoch, byte[] nodeOfSlot, long[][] connections, List<String> nodes) {
        this.epoch = epoch;
        this.nodeOfSlot = nodeOfSlot;
        this.connections = connections;
        this.nodes = nodes;
    }

    /** Epoch of the ring they follow; 0 for {@link #NONE}. */
    public long epoch() {
        return epoch;
    }

    /** Number of the publishing connection for the slot, the same one for as long as these routes hold; -1 when there is none now. */
    public long connection(int slot) {
        if (nodeOfSlot.length == 0 || nodeOfSlot[slot] < 0) {
            return -1;
        }
        long[] choice = connections[nodeOfSlot[slot]];
        return choice.length == 0 ? -1 : choice.length == 1 ? choice[0] : choice[slot % choice.length];
    }

    /** Id of the node the slot is published to; empty when no ring is known or the node is not listed. */
    public String node(int slot) {
        return nodeOfSlot.length == 0 || nodeOfSlot[slot] < 0 ? "" : nodes.get(nodeOfSlot[slot]);
    }
}
