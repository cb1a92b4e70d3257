package io.slackwater.gateway;

import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;

/** How the gateway gets to the pub/sub tier. */
public interface Tier {
    /**
     * Joins the tier. Called once, when the gateway starts; the gateway closes what it returns.
     *
     * @throws RuntimeException with a sentence, if that cannot succeed
     */
    PubSub connect(MessageListener listener);

    /** Whether the gateway is of use to a client now. Cheap, for any thread. */
    boolean isConnected();
}
