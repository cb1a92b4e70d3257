package io.slackwater.ring.handover;

/** One connection of a member, from its {@code Connect} to its end. */
final class Link {
    /** How far a connection is. */
    enum State {
        CONNECTING,
        /** Connected, but the node had no ring, or an older one than the member: not used until it has. */
        WAITING,
        USABLE
    }

    final long id;
    final String node;
    final Role role;
    final int index;
    State state = State.CONNECTING;
    long clientId;
    /** When WAITING: when to read the ring again. */
    long readAgainAt;

    boolean reading;

    Link(long id, String node, Role role, int index) {
        this.id = id;
        this.node = node;
        this.role = role;
        this.index = index;
    }

    boolean isUsable() {
        return state == State.USABLE;
    }
}
