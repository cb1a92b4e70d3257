package io.slackwater.zookeeper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.SlotTable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;

/**
 * The live nodes as they are published: ASCII text that a person and any language can read. Lines end with a line feed, words are
 * separated by one space, a node without a TLS name has {@code -} in its place.
 *
 * <pre>
 * slackwater-nodes 1
 * cluster NAMESPACE/NAME
 * epoch 42
 * node ID TLSNAME HOST:PORT [HOST:PORT ...]
 * crc32 89abcdef
 * </pre>
 *
 * The last line has the CRC-32 of all bytes before it, in hexadecimal digits.
 *
 * @param cluster whose they are, 1 to 320 characters, printable
 * @param epoch of the ring that had these nodes first; at least 1
 * @param nodes at most {@link SlotTable#MAX_NODES}, in the order of the ring
 */
public record PublishedNodes(String cluster, long epoch, List<Node> nodes) {
    private static final String FIRST = "slackwater-nodes 1";
    private static final String NO_NAME = "-";
    private static final int LAST_LINE = "crc32 89abcdef\n".length();

    public PublishedNodes {
        nodes = List.copyOf(nodes);
        if (cluster.isEmpty() || cluster.length() > 320 || !cluster.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "cluster \"" + cluster + "\": must be 1 to 320 printable ASCII characters");
        }
        if (epoch < 1 || nodes.size() > SlotTable.MAX_NODES) {
            throw new IllegalArgumentException("epoch " + epoch + " with " + nodes.size()
                    + " nodes: must be at least 1, with at most " + SlotTable.MAX_NODES);
        }
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder();
        text.append(FIRST).append('\n');
        text.append("cluster ").append(cluster).append('\n');
        text.append("epoch ").append(epoch).append('\n');
        for (Node node : nodes) {
            text.append("node ").append(node.id()).append(' ');
            text.append(node.tlsName().isEmpty() ? NO_NAME : node.tlsName());
            node.addresses().forEach(address -> text.append(' ').append(address));
            text.append('\n');
        }
        byte[] body = text.toString().getBytes(US_ASCII);
        byte[] all = Arrays.copyOf(body, body.length + LAST_LINE);
        byte[] last = ("crc32 " + crc(body, body.length) + "\n").getBytes(US_ASCII);
        System.arraycopy(last, 0, all, body.length, last.length);
        return all;
    }

    /** @throws DamagedException this is nothing that {@link #encode} makes */
    static PublishedNodes decode(byte[] bytes) throws DamagedException {
        if (bytes.length > Layout.MAX_NODES || bytes.length <= LAST_LINE) {
            throw new DamagedException("no list of nodes: " + bytes.length + " bytes");
        }
        int body = bytes.length - LAST_LINE;
        String last = new String(bytes, body, LAST_LINE, US_ASCII);
        String first = new String(bytes, 0, Math.min(body, FIRST.length() + 1), US_ASCII);
        if (!first.equals(FIRST + "\n")) {
            throw new DamagedException("no list of nodes of version 1: does not begin with \"" + FIRST + "\"");
        }
        if (!last.equals("crc32 " + crc(bytes, body) + "\n")) {
            throw new DamagedException(
                    "the list of nodes is damaged: its checksum is not that of its " + body + " bytes");
        }
        try {
            String text = US_ASCII.newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, body))
                    .toString();
            String[] lines = text.split("\n", -1);
            if (lines.length < 4) {
                throw new IllegalArgumentException("has " + lines.length + " lines");
            }
            List<Node> nodes = new ArrayList<>();
            for (String line : Arrays.asList(lines).subList(3, lines.length - 1)) {
                nodes.add(node(line));
            }
            return new PublishedNodes(after("cluster ", lines[1]), Long.parseLong(after("epoch ", lines[2])), nodes);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            throw new DamagedException("the list of nodes is not valid: " + e.getMessage());
        }
    }

    private static Node node(String line) {
        List<String> words = List.of(after("node ", line).split(" ", -1));
        if (words.size() < 3) {
            throw new IllegalArgumentException("a node has no address: " + line);
        }
        return new Node(
                words.get(0),
                words.get(1).equals(NO_NAME) ? "" : words.get(1),
                words.subList(2, words.size()).stream()
                        .map(PublishedNodes::address)
                        .toList());
    }

    /** The inverse of {@link Address#toString}. */
    private static Address address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("address without a port: " + text);
        }
        String host = text.substring(0, colon);
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        return new Address(
                bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(text.substring(colon + 1)));
    }

    private static String after(String word, String line) {
        if (!line.startsWith(word)) {
            throw new IllegalArgumentException("expected \"" + word + "\", found: " + line);
        }
        return line.substring(word.length());
    }

    private static String crc(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** What was found cannot be used. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1L;

        DamagedException(String message) {
            super(message);
        }
    }
}
