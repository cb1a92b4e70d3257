package io.slackwater.operator.metrics;

import io.slackwater.client.metrics.Metric;
import io.slackwater.client.metrics.Metric.Label;
import io.slackwater.ring.Phase;
import java.time.Duration;

/** What the operator measures of itself, of clusters and of their nodes. */
public enum OperatorMetric {
    LEADING(Metric.gauge("slackwater.operator.leading", "1 while this replica leads.")),

    EPOCH(Metric.gauge("slackwater.cluster.epoch", "Epoch of the ring in force.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    NODES(Metric.gauge("slackwater.cluster.nodes", "Nodes in the ring.").by(Labels.NAMESPACE, Labels.CLUSTER)),
    NODES_UNREACHABLE(Metric.gauge(
                    "slackwater.cluster.nodes.unreachable",
                    "Nodes that the operator cannot reach and that are not known to be dead.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    MEMBERS(Metric.gauge("slackwater.cluster.members", "Members connected.").by(Labels.NAMESPACE, Labels.CLUSTER)),
    SKEW(Metric.gauge("slackwater.cluster.skew.ratio", "Slots of the node that has most, over the mean; 1 is even.")
            .in("ratio")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    MIGRATING(Metric.gauge("slackwater.cluster.migrating", "1 while slots are being moved.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    TWO_SCALERS(Metric.gauge("slackwater.cluster.two.scalers", "1 while more than one scaler changes spec.replicas.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),

    DELIVERIES(Metric.gauge(
                    "slackwater.load.deliveries.per.second",
                    "Deliveries a second that members reported, smoothed over minutes.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    LOAD_SKEW(Metric.gauge("slackwater.load.skew.ratio", "Reported load of the busiest node, over the mean; 1 is even.")
            .in("ratio")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    LOAD_MEMBERS(Metric.gauge("slackwater.load.members", "Members whose load reports are known.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),

    NODE_SLOTS(Metric.gauge("slackwater.node.slots", "Slots that the node owns.")
            .by(Labels.NAMESPACE, Labels.CLUSTER, Labels.NODE)),
    NODE_SUBSCRIPTIONS(Metric.gauge("slackwater.node.subscriptions", "Channels that members are subscribed to there.")
            .by(Labels.NAMESPACE, Labels.CLUSTER, Labels.NODE)),
    NODE_MESSAGES(Metric.gauge("slackwater.node.messages.per.second", "Publishes a second, in the last seconds.")
            .by(Labels.NAMESPACE, Labels.CLUSTER, Labels.NODE)),
    NODE_UTILIZATION(Metric.gauge(
                    "slackwater.node.utilization.ratio",
                    "How busy the thread is that does all the work; 1 is a whole processor.")
            .in("ratio")
            .by(Labels.NAMESPACE, Labels.CLUSTER, Labels.NODE)),

    MIGRATION_SLOTS(Metric.gauge("slackwater.migration.slots", "Slots to be moved in the move in progress.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    MIGRATION_SLOTS_MOVED(Metric.gauge("slackwater.migration.slots.moved", "Of these, slots that have been moved.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    MIGRATION_WAITING(Metric.gauge(
                    "slackwater.migration.waiting.seconds",
                    "How long the proposed move has waited for an approval or a window; 0 while none waits.")
            .in("seconds")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    MIGRATION_PATIENCE(Metric.gauge(
                    "slackwater.migration.patience.seconds",
                    "How long a move may wait: migration.deadline, 8 days where there is none.")
            .in("seconds")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),

    AUTOSCALING_DESIRED(Metric.gauge("slackwater.autoscaling.desired.nodes", "Nodes that autoscaling has decided on.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    AUTOSCALING_LOST(Metric.gauge("slackwater.autoscaling.metrics.lost", "1 while a metric that decides has no value.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),

    HANDOVERS_OPEN(
            Metric.gauge("slackwater.handovers.open", "Handovers in progress.").by(Labels.NAMESPACE, Labels.CLUSTER)),
    HANDOVERS(Metric.counter("slackwater.handovers", "Handovers that ended.")
            .by(Labels.NAMESPACE, Labels.CLUSTER, new Label("outcome", "one of `done`, `aborted`"))),
    HANDOVER_GAP(Metric.histogram(
                    "slackwater.handover.gap",
                    "From COMMIT to the last answer to FENCE: how long messages may be held.",
                    buckets())
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    HANDOVER_PHASE(Metric.histogram("slackwater.handover.phase", "How long a handover was in a phase.", buckets())
            .by(Labels.NAMESPACE, Labels.CLUSTER, Label.oneOf("phase", Phase.class))),

    FAILOVERS(Metric.counter("slackwater.failovers", "Nodes that died and whose slots went to the others.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    NODES_CUT_OFF(Metric.counter("slackwater.nodes.cut.off", "Times that a node went out of the operator's reach.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    MEMBERS_FENCED(Metric.counter("slackwater.members.fenced", "Members cut off in a move because they did not answer.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),

    BOOKS_DELIVERIES(Metric.counter("slackwater.books.deliveries", "Deliveries in terms whose books are verified.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    BOOKS_LOST(Metric.counter("slackwater.books.lost", "Deliveries that were lost, in verified terms.")
            .by(Labels.NAMESPACE, Labels.CLUSTER)),
    BOOKS_SURPLUS(
            Metric.counter("slackwater.books.surplus", "Deliveries beyond what servers counted, in verified terms.")
                    .by(Labels.NAMESPACE, Labels.CLUSTER)),
    BOOKS_UNVERIFIED(Metric.counter("slackwater.books.unverified", "Terms whose books cannot be verified.")
            .by(Labels.NAMESPACE, Labels.CLUSTER));

    private final Metric metric;

    OperatorMetric(Metric metric) {
        this.metric = metric;
    }

    /** Its declaration. */
    public Metric metric() {
        return metric;
    }

    private static Duration[] buckets() {
        return new Duration[] {
            Duration.ofMillis(1),
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(25),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2_500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30)
        };
    }

    private static final class Labels {
        static final Label NAMESPACE = new Label("namespace", "that of the cluster");
        static final Label CLUSTER = new Label("cluster", "PubSubClusters that this replica looks after");
        static final Label NODE =
                new Label("node", "nodes of a cluster, at most 100; a series goes when its node does");
    }
}
