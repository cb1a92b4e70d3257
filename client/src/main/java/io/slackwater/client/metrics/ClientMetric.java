package io.slackwater.client.metrics;

import io.slackwater.client.metrics.Metric.Label;
import io.slackwater.ring.handover.MemberAction;
import io.slackwater.ring.handover.Role;

/** What a client measures. */
public enum ClientMetric {
    PUBLISHED(Metric.counter("slackwater.client.published", "Publishes whose reply was seen.")),
    RECEIVERS(Metric.counter("slackwater.client.receivers", "Subscribers that servers handed publishes to.")),
    PUBLISH_LATENCY(Metric.histogram(
            "slackwater.client.publish.latency",
            "From the call to the server's reply, of one publish in 16.",
            0.25,
            0.5,
            1,
            2.5,
            5,
            10,
            25,
            50,
            100,
            250,
            500,
            1_000,
            5_000)),
    PUBLISH_UNKNOWN(Metric.counter("slackwater.client.publish.unknown", "Publishes whose reply was not seen.")),
    PUBLISH_NOT_SENT(Metric.counter("slackwater.client.publish.notsent", "Publishes that were not sent.")),
    DELIVERED(Metric.counter("slackwater.client.delivered", "Messages given to the listener.")),
    LISTENER_FAILURES(
            Metric.counter("slackwater.client.listener.failures", "Exceptions that were thrown by the listener.")),
    RINGS_REFUSED(Metric.counter("slackwater.client.rings.refused", "Rings that could not be read.")),
    RINGS_INCOMPLETE(Metric.counter(
            "slackwater.client.rings.incomplete",
            "Rings that were told as a change to one not known here, so that the whole was read from the node.")),
    LOAD_REPORT_BYTES(
            Metric.counter("slackwater.client.load.report.bytes", "Sent to tell the operator the load of each slot.")
                    .in("bytes")),
    PROTOCOL(Metric.counter(
                    "slackwater.client.protocol",
                    "What the handover protocol counts: messages discarded, dropped, released before their fence; rings that were not newer.")
            .by(Labels.CLUSTER, Label.oneOf("kind", MemberAction.Counter.class))),
    CONNECTIONS(Metric.gauge("slackwater.client.connections", "Connections to nodes that are in use.")
            .by(Labels.CLUSTER, Label.oneOf("role", Role.class))),
    SUBSCRIPTIONS_WANTED(Metric.gauge("slackwater.client.subscriptions.wanted", "Channels and patterns wanted.")),
    SUBSCRIPTIONS_UNREADY(Metric.gauge(
            "slackwater.client.subscriptions.unready",
            "Channels and patterns that are wanted and not confirmed by every server yet.")),
    RING_EPOCH(Metric.gauge("slackwater.client.ring.epoch", "Epoch of the ring in use.")),
    HELD_BYTES(Metric.gauge("slackwater.client.held.bytes", "Payload held back until a fence has passed.")
            .in("bytes"));

    private final Metric metric;

    ClientMetric(Metric declared) {
        metric = declared.labels().isEmpty() ? declared.by(Labels.CLUSTER) : declared;
    }

    /** Its declaration. */
    public Metric metric() {
        return metric;
    }

    private static final class Labels {
        static final Label CLUSTER = new Label("cluster", "clusters that the process has joined");
    }
}
