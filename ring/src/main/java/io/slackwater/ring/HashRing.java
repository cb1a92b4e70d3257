package io.slackwater.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Consistent hashing (Karger et al., 1997): every node stands at many points of a circle of 64-bit numbers, every slot at
 * one, and a slot prefers the nodes in the order in which their points follow its own. A node's points depend on its id
 * alone, so another node's coming or going leaves the order of the rest as it was. A node of twice the weight has
 * twice the points, so twice the chance to be first. Immutable.
 */
public final class HashRing {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final List<String> ids;
    private final long[] points;
    private final short[] nodeAt;

    private HashRing(List<String> ids, long[] points, short[] nodeAt) {
        this.ids = ids;
        this.points = points;
        this.nodeAt = nodeAt;
    }

    /**
     * The ring of these nodes, which have different ids.
     *
     * @param virtualNodes points of a node of weight 100; others have theirs in proportion, and at least one
     */
    public static HashRing of(List<PlannedNode> nodes, int virtualNodes) {
        int count =
                nodes.stream().mapToInt(node -> replicas(node, virtualNodes)).sum();
        long[] points = new long[count];
        // Node numbers ride in the lowest 14 bits through the sort; what is left of the hash spreads well enough.
        int at = 0;
        for (int number = 0; number < nodes.size(); number++) {
            long seed = hash(nodes.get(number).id());
            for (int replica = replicas(nodes.get(number), virtualNodes); replica > 0; replica--) {
                points[at++] = mix(seed + replica * GOLDEN) & -Slots.COUNT | number;
            }
        }
        Arrays.sort(points);
        short[] nodeAt = new short[count];
        for (int i = 0; i < count; i++) {
            nodeAt[i] = (short) (points[i] & Slots.COUNT - 1);
        }
        return new HashRing(nodes.stream().map(PlannedNode::id).toList(), points, nodeAt);
    }

    /** Ids of all nodes, each once, the one that the slot prefers first. */
    public List<String> preference(int slot) {
        Slots.check(slot);
        List<String> order = new ArrayList<>(ids.size());
        BitSet seen = new BitSet(ids.size());
        for (int i = 0, at = first(slot); i < points.length && order.size() < ids.size(); i++) {
            int node = nodeAt[at];
            if (!seen.get(node)) {
                seen.set(node);
                order.add(ids.get(node));
            }
            at = at + 1 == points.length ? 0 : at + 1;
        }
        return Collections.unmodifiableList(order);
    }

    /** Index of the first point at or after the slot's. */
    int first(int slot) {
        int found = Arrays.binarySearch(points, mix((slot + 1) * GOLDEN));
        int at = found >= 0 ? found : -found - 1;
        return at == points.length ? 0 : at;
    }

    int size() {
        return points.length;
    }

    /** Number of the node, in the order given at the beginning, whose point this is. */
    int nodeAt(int point) {
        return nodeAt[point];
    }

    private static int replicas(PlannedNode node, int virtualNodes) {
        return Math.max(1, Math.round((float) virtualNodes * node.weight() / PlannedNode.DEFAULT_WEIGHT));
    }

    /** Every character changes every bit: FNV's step, finished by a mixer. */
    private static long hash(String id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        return mix(hash);
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood, 2014). */
    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
