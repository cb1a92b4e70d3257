package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway itself has to say to a client that wants to hear it: a subscription to {@value #DESTINATION}, one a connection, that no
 * tier knows of. Belongs to the connection's event loop.
 */
final class Notices {
    static final String DESTINATION = "/slackwater/notices";

    private final Outbound outbound;
    private @Nullable String id;
    private byte[] prefix = {};

    Notices(Outbound outbound) {
        this.outbound = outbound;
    }

    /** @throws StompException if there is one already */
    void subscribe(String newId) {
        if (id != null) {
            throw new StompException(
                    ErrorKind.SUBSCRIPTION, "there is a subscription to " + DESTINATION + ": one is enough");
        }
        id = newId;
        prefix = StompEncoder.messagePrefix(newId, DESTINATION);
    }

    /** Whether this is the id of the subscription. */
    boolean has(String otherId) {
        return otherId.equals(id);
    }

    boolean areWanted() {
        return id != null;
    }

    void unsubscribe() {
        id = null;
    }

    /**
     * Tells the client to go to another gateway.
     *
     * @param afterMillis when it may connect there, from now
     * @param withinMillis how long it has from then on before it is closed
     */
    void move(long afterMillis, long withinMillis) {
        byte[] body = ("{\"move\":{\"afterMillis\":" + afterMillis + ",\"withinMillis\":" + withinMillis + "}}")
                .getBytes(UTF_8);
        SharedMessage message = new SharedMessage(ByteBufAllocator.DEFAULT, DESTINATION, body, 0);
        try {
            outbound.message(prefix, message);
        } finally {
            message.release();
        }
    }
}
