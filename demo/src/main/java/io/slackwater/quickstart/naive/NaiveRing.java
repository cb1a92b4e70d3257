package io.slackwater.quickstart.naive;

import io.slackwater.ring.Node.Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A hash ring with virtual nodes, as in the textbooks. Immutable.
 *
 * @param version higher is newer
 */
public record NaiveRing(long version, List<Address> nodes, TreeMap<Integer, Address> points) {
    /** Key on every node that holds the ring. */
    public static final String KEY = "naive:ring";

    /** Channel on every node that says that there is a new ring. */
    public static final String CONTROL = "naive:control";

    private static final int VIRTUAL_NODES = 160;

    /** A ring of these nodes. */
    public static NaiveRing of(long version, List<Address> nodes) {
        TreeMap<Integer, Address> points = new TreeMap<>();
        for (Address node : nodes) {
            for (int replica = 0; replica < VIRTUAL_NODES; replica++) {
                points.put(hash(node + "#" + replica), node);
            }
        }
        return new NaiveRing(version, List.copyOf(nodes), points);
    }

    /** Reads {@link #text()}. @throws RuntimeException if it is none */
    public static NaiveRing parse(String text) {
        String[] words = text.split(" ", -1);
        List<Address> nodes = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
            int colon = words[i].lastIndexOf(':');
            nodes.add(new Address(words[i].substring(0, colon), Integer.parseInt(words[i].substring(colon + 1))));
        }
        return of(Long.parseLong(words[0]), nodes);
    }

    /** Version and nodes, with a space between. */
    public String text() {
        return version + " " + nodes.stream().map(Address::toString).collect(Collectors.joining(" "));
    }

    /** Where the channel is. */
    public Address owner(String channel) {
        Map.Entry<Integer, Address> next = points.ceilingEntry(hash(channel));
        return next == null ? points.firstEntry().getValue() : next.getValue();
    }

    /** FNV-1a with a finish that spreads neighbouring names. */
    private static int hash(String text) {
        int hash = 0x811c9dc5;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x01000193;
        }
        hash ^= hash >>> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >>> 13;
        hash *= 0xc2b2ae35;
        return hash ^ hash >>> 16;
    }
}
