package io.slackwater.client;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A report of the load on its way. It is advice: one that is lost is made good by the next. */
final class LoadPublish extends WireCommand {
    private static final Logger LOG = LoggerFactory.getLogger(LoadPublish.class);

    LoadPublish(String channel, byte[] report) {
        super(channel, channel.getBytes(PayloadCodec.CHARSET).length, report);
    }

    @Override
    void replied(long receivers) {}

    @Override
    void refused(String error) {
        LOG.warn("the server refused a load report: {}", error);
    }

    @Override
    void lost() {}
}
