package io.slackwater.client;

import io.slackwater.ring.handover.Ack;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An ack of the protocol on its way. */
final class AckPublish extends WireCommand {
    private static final Logger LOG = LoggerFactory.getLogger(AckPublish.class);

    private final Ack ack;
    private final Consumer<Ack> seen;

    AckPublish(String channel, Ack ack, Consumer<Ack> seen) {
        super(channel, channel.getBytes(PayloadCodec.CHARSET).length, ack.encode());
        this.ack = ack;
        this.seen = seen;
    }

    @Override
    void replied(long receivers) {
        seen.accept(ack);
    }

    @Override
    void refused(String error) {
        LOG.error("the server refused the ack {}: {}. The member may not publish on the channel acks?", ack, error);
    }

    @Override
    void lost() {}
}
