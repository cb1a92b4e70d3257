package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.State;
import java.time.Duration;

/**
 * When to look again although no event has come: what happens on the nodes, and what metrics say, causes none.
 *
 * @param busy while something is under way
 * @param quiet otherwise
 * @param metrics between two readings of the metrics that autoscaling decides by
 */
public record Pace(Duration busy, Duration quiet, Duration metrics) {
    /** Half a second, three seconds; metrics every 15 seconds, as HPA does. */
    public static final Pace DEFAULT = new Pace(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(15));

    /** The same for another kind. */
    public <R extends HasMetadata> UpdateControl<R> next(boolean underWay) {
        return UpdateControl.<R>noUpdate().rescheduleAfter(underWay ? busy : quiet);
    }

    UpdateControl<PubSubCluster> of(Snapshot snapshot, UpdateControl<PubSubCluster> control) {
        boolean underWay = snapshot.ring() == null
                || snapshot.migration() != null
                || snapshot.nodes().values().stream().anyMatch(node -> node.state() != State.SERVING);
        return control.rescheduleAfter(underWay ? busy : quiet);
    }
}
