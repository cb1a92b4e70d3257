package io.slackwater.gateway;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.slackwater.client.Mark;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a connected client may ask for. A receipt is sent when the thing is done, not when it was read: for SUBSCRIBE when the tier has
 * confirmed, for SEND when the tier has acknowledged, for DISCONNECT when every SEND before it has its answer. Belongs to the event
 * loop.
 */
final class StompCommands implements Subscription.Holder {
    private final StompSession session;
    private final SessionContext gateway;
    private final LoopFanout fanout;
    private final Outbound outbound;
    private final SendWindow sends;
    private final Notices notices;
    private final Map<String, Subscription> subscriptions = new HashMap<>();

    StompCommands(
            StompSession session, SessionContext gateway, LoopFanout fanout, Outbound outbound, SendWindow sends) {
        this.session = session;
        this.gateway = gateway;
        this.fanout = fanout;
        this.outbound = outbound;
        this.sends = sends;
        this.notices = new Notices(outbound);
    }

    Notices notices() {
        return notices;
    }

    /**
     * @throws StompException if the frame is not one that a client may send now
     */
    void handle(StompFrame frame) {
        if (frame.body().length > 0 && !frame.command().equals("SEND")) {
            throw new StompException(
                    ErrorKind.PROTOCOL, StompDecoder.shown(frame.command()) + " must not have a body: only SEND may");
        }
        switch (frame.command()) {
            case "SEND" -> send(frame);
            case "SUBSCRIBE" -> subscribe(frame);
            case "UNSUBSCRIBE" -> unsubscribe(frame);
            case "DISCONNECT" -> disconnect(frame);
            case "BEGIN", "COMMIT", "ABORT" -> throw unsupported(frame.command() + ": this server has no transactions");
            case "ACK", "NACK" ->
                throw unsupported(frame.command() + ": this server has no acknowledgements, messages count as taken");
            default -> throw unsupported("'" + StompDecoder.shown(frame.command()) + "' is not a command of STOMP 1.2");
        }
    }

    private void send(StompFrame frame) {
        if (frame.header("transaction") != null) {
            throw unsupported("SEND with 'transaction': this server has no transactions");
        }
        String channel = Destinations.channel(frame.required("destination"));
        String receipt = frame.header("receipt");
        Mark mark = Marks.set(frame);
        CompletionStage<Long> published;
        try {
            if (mark == null) {
                gateway.metrics().received(frame.body().length);
                published = gateway.pubSub().publish(channel, frame.body());
            } else {
                published = gateway.pubSub().mark(channel, mark);
            }
        } catch (IllegalArgumentException refused) {
            throw new StompException(ErrorKind.TIER, "the tier refused the message: " + refused.getMessage());
        }
        sends.sent();
        published.whenComplete((receivers, failure) -> session.execute(() -> answered(receipt, receivers, failure)));
    }

    private void answered(@Nullable String receipt, @Nullable Long receivers, @Nullable Throwable failure) {
        // Told first: DISCONNECT and a drain wait for the last answer, and their close must come after this receipt.
        if (session.isOpen()) {
            if (failure == null && receipt != null) {
                receipt(receipt, receivers);
            } else if (failure != null) {
                gateway.metrics().failedSend();
                // Without a receipt SEND is fire and forget. To end these sessions too would answer the loss of one
                // node with a
                // storm of reconnecting clients.
                if (receipt != null) {
                    session.fail(ErrorKind.TIER, "the message was not acknowledged: " + reason(failure), receipt);
                }
            }
        }
        sends.answered();
    }

    private void subscribe(StompFrame frame) {
        String id = frame.required("id");
        String destination = frame.required("destination");
        String ack = frame.headers().getOrDefault("ack", "auto");
        if (!ack.equals("auto")) {
            throw unsupported("ack is '" + StompDecoder.shown(ack) + "': this server offers 'auto' only");
        }
        if (subscriptions.containsKey(id) || notices.has(id)) {
            throw new StompException(
                    ErrorKind.SUBSCRIPTION,
                    "subscription id '" + StompDecoder.shown(id) + "' is in use: give each subscription its own");
        }
        if (destination.equals(Notices.DESTINATION)) {
            notices.subscribe(id);
            receipt(frame.header("receipt"), null);
            return;
        }
        int limit = gateway.settings().limits().maxSubscriptions();
        if (subscriptions.size() >= limit) {
            throw new StompException(
                    ErrorKind.LIMIT, "this connection has " + limit + " subscriptions: that is the limit");
        }
        Subscription subscription =
                new Subscription(id, destination, this, frame.header("receipt"), Marks.wanted(frame));
        try {
            fanout.add(subscription);
        } catch (IllegalArgumentException refused) {
            throw new StompException(ErrorKind.TIER, "the tier refused the channel: " + refused.getMessage());
        }
        subscriptions.put(id, subscription);
        gateway.metrics().subscribed(1);
    }

    private void unsubscribe(StompFrame frame) {
        String id = frame.required("id");
        if (notices.has(id)) {
            notices.unsubscribe();
            receipt(frame.header("receipt"), null);
            return;
        }
        Subscription subscription = subscriptions.remove(id);
        if (subscription == null) {
            throw new StompException(
                    ErrorKind.SUBSCRIPTION, "there is no subscription with id '" + StompDecoder.shown(id) + "'");
        }
        fanout.remove(subscription);
        gateway.metrics().subscribed(-1);
        receipt(frame.header("receipt"), null);
    }

    private void disconnect(StompFrame frame) {
        String receipt = frame.header("receipt");
        sends.hold(true);
        sends.whenEmpty(() -> {
            if (session.isOpen()) {
                receipt(receipt, null);
                session.close(WebSocketCloseStatus.NORMAL_CLOSURE, "bye");
            }
        });
    }

    private void receipt(@Nullable String receipt, @Nullable Long receivers) {
        if (receipt != null) {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("receipt-id", receipt);
            if (receivers != null) {
                headers.put("receivers", receivers.toString());
            }
            outbound.frame(StompFrame.of("RECEIPT", headers));
        }
    }

    @Override
    public void message(Subscription subscription, SharedMessage message) {
        outbound.message(subscription.prefix(), message);
    }

    @Override
    public void confirmed(Subscription subscription) {
        receipt(subscription.receipt(), null);
    }

    @Override
    public void failed(Subscription subscription, Throwable cause) {
        session.fail(ErrorKind.TIER, "the channel was not subscribed: " + reason(cause), subscription.receipt());
    }

    @Override
    public void missed(Subscription subscription) {
        session.missed();
    }

    /** The session has ended: every subscription is given back. */
    void release() {
        gateway.metrics().subscribed(-subscriptions.size());
        new ArrayList<>(subscriptions.values()).forEach(fanout::remove);
        subscriptions.clear();
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return String.valueOf(cause.getMessage());
    }

    private static StompException unsupported(String sentence) {
        return new StompException(ErrorKind.UNSUPPORTED, sentence);
    }
}
