package io.slackwater.operator.reconcile;

import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeLoad;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.migration.Shape;
import io.slackwater.operator.reconcile.ClusterWindows.WindowState;
import io.slackwater.operator.reconcile.TierAutoscaling.Planning;
import io.slackwater.operator.reconcile.TierAutoscaling.Scaled;
import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.Tier;
import io.slackwater.operator.scaling.TierKind;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How many nodes one cluster asks for, see {@link TierAutoscaling}. For one thread. */
final class ClusterAutoscaling implements AutoCloseable {
    private final TierAutoscaling nodes;

    ClusterAutoscaling(TierAutoscaling nodes) {
        this.nodes = nodes;
    }

    /**
     * How many nodes are asked for now.
     *
     * @param effective what is in force or worked towards; null while that is not known
     * @param tide whether planned moves may begin now
     * @param later when they may later on
     */
    int look(
            PubSubCluster cluster,
            Snapshot snapshot,
            @Nullable Shape effective,
            WindowState tide,
            Supplier<ClusterWindows.Later> later,
            Instant now) {
        PubSubClusterStatus written = cluster.getStatus();
        Scaled scaled = new Scaled(
                cluster,
                TierKind.NODES,
                cluster.getSpec().autoscaling(),
                cluster.getSpec().replicas(),
                written == null ? null : written.autoscaling(),
                written == null || written.effective() == null
                        ? 0
                        : written.effective().replicas(),
                ScalingWishes.USUAL);
        return nodes.look(
                scaled,
                asked -> tier(snapshot, effective),
                source -> measured(snapshot, source.equals(ScalingWishes.MESSAGES)),
                () -> planning(tide, later.get()),
                now);
    }

    private static Planning planning(WindowState tide, ClusterWindows.Later later) {
        return new Planning(tide.open(), tide.sentence(), later.open(), later.zone());
    }

    private static @Nullable Tier tier(Snapshot snapshot, @Nullable Shape effective) {
        int serving = (int) snapshot.nodes().values().stream()
                .filter(node -> node.slots() > 0)
                .count();
        if (effective == null || snapshot.ring() == null || serving == 0) {
            return null;
        }
        int goal = effective.replicas();
        return new Tier(
                serving,
                goal,
                snapshot.rest() == null || serving != goal,
                snapshot.skewPercent(),
                effective.maxLoadPercent());
    }

    /** What the operator has measured itself: of every node that serves, or it is none. */
    private static Sample measured(Snapshot snapshot, boolean messages) {
        double sum = 0;
        int serving = 0;
        for (Snapshot.NodeStatus node : snapshot.nodes().values()) {
            if (node.slots() > 0) {
                NodeLoad load = snapshot.measured().load().get(node.nodeId());
                if (load == null) {
                    return new Sample.Failed("has not been measured on every node yet");
                }
                sum += messages ? load.messagesPerSecond() : load.utilizationPercent();
                serving++;
            }
        }
        return serving == 0 ? new Sample.Missing() : Sample.of(messages ? sum : sum / serving);
    }

    /** What was decided last; null when nothing was. For any thread. */
    @Nullable
    AutoscalingStatus status() {
        return nodes.status();
    }

    /** What has changed since the last call. */
    List<Notice> news() {
        return nodes.news();
    }

    @Override
    public void close() {
        nodes.close();
    }
}
