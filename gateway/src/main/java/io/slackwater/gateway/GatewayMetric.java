package io.slackwater.gateway;

import io.slackwater.client.metrics.Metric;
import io.slackwater.client.metrics.Metric.Label;

/** What a gateway measures. No name, channel or address becomes a label. */
public enum GatewayMetric {
    CONNECTIONS(Metric.gauge("slackwater.gateway.connections", "WebSocket connections.")),
    DRAINING(Metric.gauge("slackwater.gateway.draining", "1 while it drains, and once it is drained.")),
    SHED(Metric.counter("slackwater.gateway.shed", "Clients told to go to gateways that were added.")),
    SUBSCRIPTIONS(Metric.gauge("slackwater.gateway.subscriptions", "STOMP subscriptions of all connections.")),
    CHANNELS(Metric.gauge("slackwater.gateway.channels", "Channels subscribed in the tier.")),
    MESSAGES_IN(Metric.counter("slackwater.gateway.messages.in", "SEND frames handed to the tier.")),
    MESSAGES_OUT(Metric.counter("slackwater.gateway.messages.out", "MESSAGE frames handed to connections.")),
    BYTES_IN(Metric.counter("slackwater.gateway.in.bytes", "Bodies of SEND frames.")
            .in("bytes")),
    BYTES_OUT(Metric.counter("slackwater.gateway.out.bytes", "MESSAGE frames, headers included.")
            .in("bytes")),
    SLOW_CONSUMERS(Metric.counter(
            "slackwater.gateway.slow.consumers", "Connections closed because they did not read fast enough.")),
    BACKLOG_OVERFLOWS(Metric.counter(
            "slackwater.gateway.backlog.overflows", "Messages that an event loop was too far behind to take.")),
    SENDS_FAILED(Metric.counter("slackwater.gateway.sends.failed", "SENDs that the tier did not acknowledge.")),
    ERRORS(Metric.counter("slackwater.gateway.stomp.errors", "Sessions ended with an ERROR frame.")
            .by(Label.oneOf("kind", ErrorKind.class))),
    REFUSED(Metric.counter("slackwater.gateway.refused", "Connections refused before they became a session.")
            .by(Label.oneOf("reason", GatewayMetrics.Refusal.class))),
    FANOUT(timed("fanout", "From the tier's message to the sockets of an event loop's subscribers.")),
    ACCEPT(timed("accept", "From a client's request to its WebSocket, the wait for its turn included."));

    private final Metric metric;

    GatewayMetric(Metric metric) {
        this.metric = metric;
    }

    /** Its declaration. */
    public Metric metric() {
        return metric;
    }

    private static Metric timed(String name, String help) {
        return Metric.histogram("slackwater.gateway." + name, help, 1, 5, 25, 100, 500, 2_000);
    }
}
