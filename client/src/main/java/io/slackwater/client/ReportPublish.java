package io.slackwater.client;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A report to the operator on its way: of the load, or of nodes that cannot be reached. It is advice: one that is lost is made good by the next. */
final class ReportPublish extends WireCommand {
    private static final Logger LOG = LoggerFactory.getLogger(ReportPublish.class);

    ReportPublish(String channel, byte[] report) {
        super(channel, channel.getBytes(PayloadCodec.CHARSET).length, report);
    }

    @Override
    void replied(long receivers) {}

    @Override
    void refused(String error) {
        LOG.warn("the server refused a report: {}", error);
    }

    @Override
    void lost() {}
}
