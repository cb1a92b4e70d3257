package io.slackwater.gateway;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.Locale;

/** Why a session was ended with an ERROR frame. Also the bounded set of values of the metric's tag. */
enum ErrorKind {
    /** The bytes are not a STOMP 1.2 frame. */
    MALFORMED(WebSocketCloseStatus.PROTOCOL_ERROR),
    /** A frame that is well formed but breaks the protocol: a missing header, a command out of turn. */
    PROTOCOL(WebSocketCloseStatus.PROTOCOL_ERROR),
    /** Neither side speaks the other's version. */
    VERSION(WebSocketCloseStatus.PROTOCOL_ERROR),
    /** A command, an ack mode or a transaction that this server does not offer. */
    UNSUPPORTED(WebSocketCloseStatus.PROTOCOL_ERROR),
    /** A destination of an unknown form, or a channel name that is empty or too long. */
    DESTINATION(WebSocketCloseStatus.PROTOCOL_ERROR),
    /** A subscription id used twice, or not at all. */
    SUBSCRIPTION(WebSocketCloseStatus.PROTOCOL_ERROR),
    /** A frame, a header or a body above its limit. */
    TOO_LARGE(WebSocketCloseStatus.MESSAGE_TOO_BIG),
    /** Too many subscriptions. */
    LIMIT(WebSocketCloseStatus.POLICY_VIOLATION),
    /** Login refused. */
    REFUSED(WebSocketCloseStatus.POLICY_VIOLATION),
    /** No CONNECT in time, or no heart-beat. */
    TIMEOUT(WebSocketCloseStatus.POLICY_VIOLATION),
    /** The tier did not take a SEND or a SUBSCRIBE. */
    TIER(WebSocketCloseStatus.INTERNAL_SERVER_ERROR),
    /** A defect of the gateway. */
    INTERNAL(WebSocketCloseStatus.INTERNAL_SERVER_ERROR);

    private final WebSocketCloseStatus closeStatus;

    ErrorKind(WebSocketCloseStatus closeStatus) {
        this.closeStatus = closeStatus;
    }

    WebSocketCloseStatus closeStatus() {
        return closeStatus;
    }

    /** The value of the metric's tag {@code kind}. */
    String tag() {
        return name().toLowerCase(Locale.ROOT);
    }
}
