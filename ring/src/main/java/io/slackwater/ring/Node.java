package io.slackwater.ring;

import java.util.List;

/**
 * One pub/sub server process. A process that restarts, even inside its pod, is another node with another id.
 *
 * @param id unique for ever: pod name and the server's run id; 1 to 128 characters of {@code [A-Za-z0-9._/-]}
 * @param tlsName the name its certificate is checked against, at most 253 printable ASCII characters; empty without TLS
 * @param addresses where it listens, most preferred first; never empty, at most 4
 */
public record Node(String id, String tlsName, List<Address> addresses) {
    /** Bound of {@link #id()}, in characters. */
    public static final int MAX_ID = 128;

    public Node {
        if (id.isEmpty() || id.length() > MAX_ID || !id.chars().allMatch(Node::allowed)) {
            throw new IllegalArgumentException(
                    "node id \"" + id + "\": must be 1 to 128 of letters, digits, '.', '_', '/', '-'");
        }
        if (tlsName.length() > 253 || !printable(tlsName)) {
            throw new IllegalArgumentException(
                    "node " + id + ": TLS name \"" + tlsName + "\" must be at most 253 printable ASCII characters");
        }
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty() || addresses.size() > 4) {
            throw new IllegalArgumentException(
                    "node " + id + " has " + addresses.size() + " addresses: must have 1 to 4");
        }
    }

    /** The most preferred address. */
    public Address address() {
        return addresses.getFirst();
    }

    private static boolean printable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static boolean allowed(int c) {
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c >= '0' && c <= '9'
                || c == '.'
                || c == '_'
                || c == '/'
                || c == '-';
    }

    /**
     * Host and port of a server.
     *
     * @param host name or IP address, 1 to 253 printable ASCII characters
     * @param port 1 to 65,535
     */
    public record Address(String host, int port) {
        public Address {
            if (host.isEmpty() || host.length() > 253 || !printable(host) || port < 1 || port > 65_535) {
                throw new IllegalArgumentException("address \"" + host + ":" + port
                        + "\": needs a host of 1 to 253 printable ASCII characters and a port of 1 to 65535");
            }
        }

        @Override
        public String toString() {
            return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
        }
    }
}
