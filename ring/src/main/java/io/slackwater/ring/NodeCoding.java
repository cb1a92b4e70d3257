package io.slackwater.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Live and dead nodes on the wire. A node's number is its place in the live list, followed by the dead one. */
final class NodeCoding {
    private NodeCoding() {}

    static List<String> ids(List<Node> nodes, List<String> dead) {
        return Stream.concat(nodes.stream().map(Node::id), dead.stream()).toList();
    }

    static WireWriter nodes(List<Node> nodes) {
        WireWriter out = new WireWriter().number(nodes.size(), 1);
        for (Node node : nodes) {
            out.text(node.id()).text(node.tlsName()).number(node.addresses().size(), 1);
            node.addresses().forEach(address -> out.text(address.host()).number(address.port(), 2));
        }
        return out;
    }

    static List<Node> readNodes(WireReader in) throws RingFormatException {
        List<Node> nodes = new ArrayList<>();
        for (int left = in.small(1); left > 0; left--) {
            String id = in.text();
            String tlsName = in.text();
            List<Node.Address> addresses = new ArrayList<>();
            for (int more = in.small(1); more > 0; more--) {
                addresses.add(new Node.Address(in.text(), in.small(2)));
            }
            nodes.add(new Node(id, tlsName, addresses));
        }
        in.expectEnd();
        return nodes;
    }

    static WireWriter dead(List<String> dead) {
        WireWriter out = new WireWriter().number(dead.size(), 1);
        dead.forEach(out::text);
        return out;
    }

    static List<String> readDead(WireReader in) throws RingFormatException {
        List<String> dead = new ArrayList<>();
        for (int left = in.small(1); left > 0; left--) {
            dead.add(in.text());
        }
        in.expectEnd();
        return dead;
    }
}
