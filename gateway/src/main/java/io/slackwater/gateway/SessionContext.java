package io.slackwater.gateway;

import io.slackwater.client.PubSub;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * What all sessions of a gateway share.
 *
 * @param nanos a clock such as {@link System#nanoTime}
 */
record SessionContext(
        GatewaySettings settings,
        Authenticator authenticator,
        ChannelFanout fanout,
        GatewayMetrics metrics,
        LongSupplier nanos) {
    /** How the gateway names itself in CONNECTED. */
    static final String SERVER = "slackwater-gateway/0.1";

    /** What a client may use beyond STOMP, said in CONNECTED. */
    static final String FEATURES = "marks,notices";

    PubSub pubSub() {
        return fanout.pubSub();
    }

    /** Asks the authenticator, which is foreign code: whatever it throws becomes a failed stage. */
    CompletionStage<Authenticator.Decision> authenticate(Credentials credentials) {
        try {
            return authenticator.authenticate(credentials);
        } catch (RuntimeException e) {
            return CompletableFuture.failedStage(e);
        }
    }
}
