package io.slackwater.gateway;

import org.jspecify.annotations.Nullable;

/** One SUBSCRIBE of one connection. Belongs to the connection's event loop. */
final class Subscription {
    /** Who holds a subscription. Called on the event loop; must not add or remove subscriptions in {@link #message}. */
    interface Holder {
        void message(Subscription subscription, SharedMessage message);

        /** The tier has confirmed the channel: what is published from now on arrives. Called at most once a subscription. */
        void confirmed(Subscription subscription);

        /** The tier refused the channel. */
        void failed(Subscription subscription, Throwable cause);

        /** A message of the channel could not be taken: this holder must not go on as if nothing had happened. */
        void missed(Subscription subscription);
    }

    private final String id;
    private final String channel;
    private final byte[] prefix;
    private final Holder holder;
    private final @Nullable String receipt;
    private final @Nullable String markKey;

    /** Where the subscription stands in its channel's list, so that it can leave without a search. */
    int index = -1;

    Subscription(String id, String destination, Holder holder, @Nullable String receipt) {
        this(id, destination, holder, receipt, null);
    }

    /** @param markKey the key of the marks it wants to see; null for none */
    Subscription(String id, String destination, Holder holder, @Nullable String receipt, @Nullable String markKey) {
        this.id = id;
        this.channel = Destinations.channel(destination);
        this.prefix = StompEncoder.messagePrefix(id, destination);
        this.holder = holder;
        this.receipt = receipt;
        this.markKey = markKey;
    }

    String id() {
        return id;
    }

    String channel() {
        return channel;
    }

    /** The start of each of its MESSAGE frames. */
    byte[] prefix() {
        return prefix;
    }

    Holder holder() {
        return holder;
    }

    @Nullable
    String markKey() {
        return markKey;
    }

    /** The receipt to send when it is confirmed. */
    @Nullable
    String receipt() {
        return receipt;
    }
}
