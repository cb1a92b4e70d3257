package io.slackwater.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.MigrationStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.crds.PubSubClusterStatus.Effective;
import io.slackwater.crds.PubSubClusterStatus.NodeStatus;
import io.slackwater.crds.PubSubClusterStatus.RingStatus;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.operator.migration.LoadWatch.Findings;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Composes the status of a cluster. */
public final class StatusReport {
    private static final int LONGEST_TEXT = 1024;

    private StatusReport() {}

    /**
     * How far the specification has taken effect.
     *
     * @param effective what is in force or worked towards; null while that is not known
     * @param waiting what the next change waits for, one sentence; empty when none does
     * @param load how evenly the load is spread
     * @param autoscaling what was decided last; null without autoscaling, and while nothing was
     */
    public record Change(
            @Nullable Effective effective,
            String waiting,
            Findings load,
            @Nullable AutoscalingStatus autoscaling) {
        /** Nothing is known of it. */
        public static final Change UNKNOWN = new Change(null, "", Findings.NONE, null);
    }

    /**
     * The status.
     *
     * @param pods all node pods that exist
     * @param change the planned change that is in force, waits or runs
     * @param held see {@link io.slackwater.operator.nodes.TierPlan#held}
     */
    public static PubSubClusterStatus of(
            PubSubCluster cluster, List<ObservedPod> pods, Snapshot snapshot, String held, Change change, Instant now) {
        List<NodeStatus> nodes = pods.stream()
                .sorted(Comparator.comparing(ObservedPod::name))
                .map(pod -> node(pod, snapshot))
                .toList();
        int serving = (int) nodes.stream().filter(node -> node.slots() > 0).count();
        Health health = Health.of(cluster.getSpec(), pods, snapshot, held, change, now);
        PubSubClusterStatus before = cluster.getStatus();
        long generation = cluster.getMetadata().getGeneration() == null
                ? 0
                : cluster.getMetadata().getGeneration();
        Conditions gathered = new Conditions(before == null ? List.of() : before.conditions(), generation, now);
        List<Condition> conditions = health.conditions(gathered);
        AutoscalingStatus decided = null;
        if (cluster.getSpec().autoscaling() != null) {
            decided = change.autoscaling() == null && before != null ? before.autoscaling() : change.autoscaling();
            conditions = AutoscalingReport.condition(decided, gathered);
        }
        return new PubSubClusterStatus(
                serving,
                Naming.servingSelector(cluster.getMetadata().getName()),
                generation,
                cut(health.message()),
                ring(snapshot),
                snapshot.members(),
                nodes,
                migration(snapshot, before),
                change.effective() == null ? before == null ? null : before.effective() : change.effective(),
                decided,
                conditions);
    }

    /** The status of a cluster whose specification cannot be acted on: all stays as it was. */
    public static PubSubClusterStatus invalid(PubSubCluster cluster, List<String> reasons, Instant now) {
        PubSubClusterStatus before = cluster.getStatus();
        long generation = cluster.getMetadata().getGeneration() == null
                ? 0
                : cluster.getMetadata().getGeneration();
        String message = cut(String.join("; ", reasons));
        List<Condition> old = before == null ? List.of() : before.conditions();
        return new PubSubClusterStatus(
                before == null ? 0 : before.replicas(),
                Naming.servingSelector(cluster.getMetadata().getName()),
                generation,
                message,
                before == null ? null : before.ring(),
                before == null ? 0 : before.members(),
                before == null ? List.of() : before.nodes(),
                before == null ? null : before.migration(),
                before == null ? null : before.effective(),
                before == null ? null : before.autoscaling(),
                new Conditions(old, generation, now)
                        .with("Ready", false, "InvalidSpec", message)
                        .with("Degraded", true, "InvalidSpec", message)
                        .toList());
    }

    private static NodeStatus node(ObservedPod pod, Snapshot snapshot) {
        Snapshot.NodeStatus node = snapshot.nodes().get(pod.uid());
        State state = node == null ? State.STARTING : node.state();
        String why = node == null || node.reason().isEmpty() ? pod.trouble() : node.reason();
        String name = state.name();
        return new NodeStatus(
                pod.name(),
                node == null || node.nodeId().isEmpty() ? null : node.nodeId(),
                name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT),
                pod.ready(),
                node == null ? 0 : node.slots(),
                node == null ? 0 : node.members(),
                why.isEmpty() ? null : cut(why));
    }

    private static @Nullable RingStatus ring(Snapshot snapshot) {
        return snapshot.ring() == null
                ? null
                : new RingStatus(snapshot.ring().epoch(), snapshot.ring().term(), snapshot.skewPercent());
    }

    private static @Nullable MigrationStatus migration(Snapshot snapshot, @Nullable PubSubClusterStatus before) {
        if (snapshot.migration() != null) {
            return Migrations.status(snapshot.migration());
        }
        if (snapshot.lastMigration() != null) {
            return Migrations.status(snapshot.lastMigration());
        }
        return before == null ? null : before.migration();
    }

    static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
