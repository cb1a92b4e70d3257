package io.slackwater.ring.handover;

/**
 * The keys and channels that a cluster has on each of its nodes, all under one prefix.
 *
 * @param cluster as in {@link ConnectionName#cluster()}
 */
public record ClusterNames(String cluster) {
    private String name(String what) {
        return prefix() + what;
    }

    /** What all of them begin with; no channel of an application does. */
    public String prefix() {
        return "slackwater:" + cluster + ":";
    }

    /** Key: the encoded ring. Never overwritten by a lower epoch. */
    public String ring() {
        return name("ring");
    }

    /** Key: the id under which this server process is known. */
    public String node() {
        return name("node");
    }

    /** Channel: encoded rings, coordinator to members. */
    public String control() {
        return name("control");
    }

    /** Channel: {@link Ack}s, members to coordinator. */
    public String acks() {
        return name("acks");
    }

    /** Key, a set: names of the members that have books on this node. A member adds itself when it connects and is removed when it has reported. */
    public String members() {
        return name("members");
    }

    /** Key, a hash: what members that left have reported, field {@code SLOT:MEMBER}, value as {@link Book#encode()}, a comma and the epoch of the member's ring. */
    public String books() {
        return name("books");
    }

    /** Key, a hash: books closed for one handover by members that left, field {@code MEMBER}, value as {@link Book#encode()}. */
    public String booksOf(long handover) {
        return booksOf(Long.toString(handover));
    }

    /** The same with a pattern for the handover. */
    String booksOf(String handover) {
        return name("books:" + handover);
    }

    /** Key, a list: the preStop hook of the node waits until something is there. */
    public String prestop() {
        return name("prestop");
    }
}
