package io.slackwater.operator.metrics;

import io.slackwater.client.metrics.Metric;
import io.slackwater.client.metrics.Metric.Label;
import io.slackwater.ring.Phase;
import java.util.ArrayList;
import java.util.List;

/** What the operator measures of itself, of clusters and their nodes, and of gateway tiers. */
public enum OperatorMetric {
    LEADING(List.of(), Metric.gauge("slackwater.operator.leading", "1 while this replica leads.")),

    EPOCH(Metric.gauge("slackwater.cluster.epoch", "Epoch of the ring in force.")),
    PROTOCOL_VERSION(Metric.gauge(
            "slackwater.cluster.protocol.version",
            "Version of the protocol in which rings are published: the highest that every connected member reads.")),
    NODES(Metric.gauge("slackwater.cluster.nodes", "Nodes in the ring.")),
    NODES_UNREACHABLE(Metric.gauge(
            "slackwater.cluster.nodes.unreachable",
            "Nodes that the operator cannot reach and that are not known to be dead.")),
    MEMBERS(Metric.gauge("slackwater.cluster.members", "Members connected.")),
    SKEW(Metric.gauge("slackwater.cluster.skew.ratio", "Slots of the node that has most, over the mean; 1 is even.")
            .in("ratio")),
    MIGRATING(Metric.gauge("slackwater.cluster.migrating", "1 while slots are being moved.")),
    TWO_SCALERS(Metric.gauge("slackwater.cluster.two.scalers", "1 while more than one scaler changes spec.replicas.")),

    DELIVERIES(Metric.gauge(
            "slackwater.load.deliveries.per.second",
            "Deliveries a second that members reported, smoothed over minutes.")),
    LOAD_SKEW(Metric.gauge("slackwater.load.skew.ratio", "Reported load of the busiest node, over the mean; 1 is even.")
            .in("ratio")),
    LOAD_MEMBERS(Metric.gauge("slackwater.load.members", "Members whose load reports are known.")),

    NODE_SLOTS(
            Metric.gauge("slackwater.node.slots", "Slots that the node owns.").by(Labels.NODE)),
    NODE_SUBSCRIPTIONS(Metric.gauge("slackwater.node.subscriptions", "Channels that members are subscribed to there.")
            .by(Labels.NODE)),
    NODE_MESSAGES(Metric.gauge("slackwater.node.messages.per.second", "Publishes a second, in the last seconds.")
            .by(Labels.NODE)),
    NODE_UTILIZATION(Metric.gauge(
                    "slackwater.node.utilization.ratio",
                    "How busy the thread is that does all the work; 1 is a whole processor.")
            .in("ratio")
            .by(Labels.NODE)),

    MIGRATION_SLOTS(Metric.gauge("slackwater.migration.slots", "Slots to be moved in the move in progress.")),
    MIGRATION_SLOTS_MOVED(Metric.gauge("slackwater.migration.slots.moved", "Of these, slots that have been moved.")),
    MIGRATION_WAITING(Metric.gauge(
                    "slackwater.migration.waiting.seconds",
                    "How long the proposed move has waited for an approval or a window; 0 while none waits.")
            .in("seconds")),
    MIGRATION_PATIENCE(Metric.gauge(
                    "slackwater.migration.patience.seconds",
                    "How long a move may wait: migration.deadline, 8 days where there is none.")
            .in("seconds")),

    AUTOSCALING_DESIRED(Metric.gauge("slackwater.autoscaling.desired.nodes", "Nodes that autoscaling has decided on.")),
    AUTOSCALING_LOST(
            Metric.gauge("slackwater.autoscaling.metrics.lost", "1 while a metric that decides has no value.")),

    GATEWAYS_DESIRED(
            Labels.OF_GATEWAYS,
            Metric.gauge("slackwater.gateways.autoscaling.desired", "Gateways that autoscaling has decided on.")),
    GATEWAYS_LOST(
            Labels.OF_GATEWAYS,
            Metric.gauge(
                    "slackwater.gateways.autoscaling.metrics.lost",
                    "1 while a metric that decides about gateways has no value.")),
    GATEWAYS_TWO_SCALERS(
            Labels.OF_GATEWAYS,
            Metric.gauge(
                    "slackwater.gateways.two.scalers",
                    "1 while more than one scaler changes spec.replicas of gateways.")),

    HANDOVERS_OPEN(Metric.gauge("slackwater.handovers.open", "Handovers in progress.")),
    HANDOVERS(Metric.counter("slackwater.handovers", "Handovers that ended.")
            .by(new Label("outcome", "one of `done`, `aborted`"))),
    HANDOVER_GAP(Metric.histogram(
            "slackwater.handover.gap",
            "From COMMIT to the last answer to FENCE: how long messages may be held.",
            Labels.BUCKETS)),
    HANDOVER_PHASE(Metric.histogram("slackwater.handover.phase", "How long a handover was in a phase.", Labels.BUCKETS)
            .by(Label.oneOf("phase", Phase.class))),

    FAILOVERS(Metric.counter("slackwater.failovers", "Nodes that died and whose slots went to the others.")),
    NODES_CUT_OFF(Metric.counter("slackwater.nodes.cut.off", "Times that a node went out of the operator's reach.")),
    MEMBERS_FENCED(
            Metric.counter("slackwater.members.fenced", "Members cut off in a move because they did not answer.")),

    BOOKS_DELIVERIES(Metric.counter("slackwater.books.deliveries", "Deliveries in terms whose books are verified.")),
    BOOKS_LOST(Metric.counter("slackwater.books.lost", "Deliveries that were lost, in verified terms.")),
    BOOKS_SURPLUS(
            Metric.counter("slackwater.books.surplus", "Deliveries beyond what servers counted, in verified terms.")),
    BOOKS_UNVERIFIED(Metric.counter("slackwater.books.unverified", "Terms whose books cannot be verified."));

    private final Metric metric;

    /** Of a cluster. */
    OperatorMetric(Metric declared) {
        this(List.of(Labels.NAMESPACE, Labels.CLUSTER), declared);
    }

    OperatorMetric(List<Label> scope, Metric declared) {
        List<Label> labels = new ArrayList<>(scope);
        labels.addAll(declared.labels());
        metric = declared.by(labels.toArray(Label[]::new));
    }

    /** Its declaration. */
    public Metric metric() {
        return metric;
    }

    private static final class Labels {
        static final double[] BUCKETS = {1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000};
        static final Label NAMESPACE = new Label("namespace", "that of the cluster, or of the gateways");
        static final Label CLUSTER = new Label("cluster", "PubSubClusters that this replica looks after");
        static final Label GATEWAY = new Label("gateway", "PubSubGateways that this replica looks after");
        static final List<Label> OF_GATEWAYS = List.of(NAMESPACE, GATEWAY);
        static final Label NODE =
                new Label("node", "nodes of a cluster, at most 100; a series goes when its node does");
    }
}
