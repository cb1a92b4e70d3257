package io.slackwater.ring.handover;

import io.slackwater.ring.Node;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a member says of live nodes that it cannot reach, on the channel of acks of nodes that it can. It is a witness: a node that the
 * coordinator cannot reach either is dead when most members say so (rule 8).
 *
 * @param member name of the member
 * @param nodes ids of nodes, 1 to {@value #MAX_NODES}
 */
public record Unreachable(String member, List<String> nodes) {
    /** Most nodes of one report. */
    public static final int MAX_NODES = 64;

    /** Longest encoded report, in bytes; longer ones are refused. */
    public static final int MAX_BYTES = 160 + MAX_NODES * (Node.MAX_ID + 1);

    private static final String VERSION = "U1";

    /** @throws IllegalArgumentException something is out of bounds */
    public Unreachable {
        nodes = List.copyOf(nodes);
        new ConnectionName(ConnectionName.VERSION, "x", member, Role.PUBLISHER); // checks the name
        if (nodes.isEmpty() || nodes.size() > MAX_NODES) {
            throw new IllegalArgumentException(nodes.size() + " unreachable nodes: must be 1 to " + MAX_NODES);
        }
        for (String node : nodes) {
            if (node.isEmpty() || node.length() > Node.MAX_ID) {
                throw new IllegalArgumentException("node id of " + node.length() + " characters: must be 1 to 128");
            }
        }
    }

    /** Whether these bytes claim to be such a report, of this or another version. */
    public static boolean isReport(byte[] bytes) {
        return bytes.length > 1 && bytes[0] == 'U';
    }

    public byte[] encode() {
        return (VERSION + ' ' + member + ' ' + String.join(" ", nodes)).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The reverse of {@link #encode()}.
     *
     * @throws IllegalArgumentException when it is none, with what is wrong
     */
    public static Unreachable decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("report of " + bytes.length + " bytes: at most " + MAX_BYTES);
        }
        List<String> words = List.of(new String(bytes, StandardCharsets.US_ASCII).split(" ", -1));
        if (words.size() < 3 || !words.getFirst().equals(VERSION)) {
            throw new IllegalArgumentException("report of " + words.size() + " words that starts with \""
                    + words.getFirst() + "\": needs \"" + VERSION + "\", a member and nodes");
        }
        return new Unreachable(words.get(1), words.subList(2, words.size()));
    }
}
