package io.slackwater.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;

/** How the gateway gets to the pub/sub tier. */
public interface Tier {
    /**
     * Joins the tier. Called once, when the gateway starts, and may take its time; the gateway closes what it returns.
     *
     * @param meters where the client's own metrics go
     * @throws RuntimeException with a sentence, if that cannot succeed
     */
    PubSub connect(MessageListener listener, MeterRegistry meters);

    /** Whether the gateway is of use to a client now. Cheap, for any thread. */
    boolean isConnected();
}
