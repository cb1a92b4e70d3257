package io.slackwater.ring.handover;

/** What a member's connection is for. */
public enum Role {
    /** Receives messages and rings. A member has one to every live node. */
    SUBSCRIBER('s'),
    /** Publishes messages and acks. A member has one or more to every live node. */
    PUBLISHER('p');

    private final char code;

    Role(char code) {
        this.code = code;
    }

    /** One letter, used in connection names. */
    public char code() {
        return code;
    }
}
