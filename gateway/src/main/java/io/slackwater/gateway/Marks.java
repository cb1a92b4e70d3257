package io.slackwater.gateway;

import io.slackwater.client.Mark;
import org.jspecify.annotations.Nullable;

/**
 * The headers by which a client sets marks and looks for them. With two connections to two gateways it finds out by a mark at which
 * message of a channel it can go over from one to the other: both show the mark at the same place among the channel's messages.
 */
final class Marks {
    /** Header of SUBSCRIBE: show me the marks of this key. */
    static final String LOOK = "slackwater-marks";

    /** Header of SEND: set this mark. Header of MESSAGE: this is the mark. */
    static final String SET = "slackwater-mark";

    private Marks() {}

    /** The key that a SUBSCRIBE asks for; null if none. */
    static @Nullable String wanted(StompFrame subscribe) {
        String key = subscribe.header(LOOK);
        try {
            return key == null ? null : Mark.checkKey(key);
        } catch (IllegalArgumentException wrong) {
            throw new StompException(ErrorKind.PROTOCOL, LOOK + ": " + wrong.getMessage());
        }
    }

    /** The mark that a SEND is to set; null if it is a message. */
    static @Nullable Mark set(StompFrame send) {
        String name = send.header(SET);
        if (name == null) {
            return null;
        }
        if (send.body().length > 0) {
            throw new StompException(ErrorKind.PROTOCOL, "SEND with " + SET + " must not have a body");
        }
        try {
            return Mark.named(name);
        } catch (IllegalArgumentException wrong) {
            throw new StompException(ErrorKind.PROTOCOL, SET + ": " + wrong.getMessage());
        }
    }
}
