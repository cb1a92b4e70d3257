package io.slackwater.operator.reconcile;

import io.slackwater.crds.MigrationSpec;
import io.slackwater.crds.PubSubClusterSpec;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeLoad;
import io.slackwater.operator.migration.Gate;
import java.util.Locale;

/** Says what stands in the way of planned moves, of a specification and of what is measured. */
final class Gates {
    private Gates() {}

    /**
     * The gate.
     *
     * @param tide how it stands with windows
     */
    static Gate of(PubSubClusterSpec spec, Snapshot snapshot, ClusterWindows.WindowState tide) {
        MigrationSpec migration = spec.migration();
        int mark = migration.overload().utilizationPercent();
        double busiest = snapshot.measured().load().values().stream()
                .mapToDouble(NodeLoad::utilizationPercent)
                .max()
                .orElse(0);
        return new Gate(
                migration.manual(),
                migration.paused(),
                tide.open(),
                tide.sentence(),
                tide.overdue(),
                busiest >= mark,
                survivors(spec.replicas(), snapshot, mark));
    }

    /** Why as many nodes as are asked for would have too much to do; empty when they would not, or when not all nodes are measured. */
    private static String survivors(int replicas, Snapshot snapshot, int mark) {
        int serving = (int) snapshot.nodes().values().stream()
                .filter(node -> node.slots() > 0)
                .count();
        double sum = snapshot.measured().load().values().stream()
                .mapToDouble(NodeLoad::utilizationPercent)
                .sum();
        double then = sum / Math.max(1, replicas);
        if (snapshot.measured().load().size() < serving || then <= mark) {
            return "";
        }
        return String.format(
                Locale.ROOT,
                "%d nodes would be busy to %.0f %% in the mean, more than the %d %% of migration.overload: it begins when there is less to do",
                replicas,
                then,
                mark);
    }
}
