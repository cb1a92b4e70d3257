package io.slackwater.operator.reconcile;

import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationSpec;
import io.slackwater.crds.ChannelMigrationStatus.Plan;
import io.slackwater.crds.MigrationSpec.Limits;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.migration.Costs;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.TierPlan;
import io.slackwater.operator.nodes.Wanted;
import io.slackwater.operator.status.MigrationReport;
import io.slackwater.operator.windows.Durations;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.SlotTable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Says beforehand what a migration costs, from what is observed and from how fast the last one was. */
final class MigrationPlans {
    /** A handover, until one has been measured. */
    private static final Duration PER_HANDOVER = Duration.ofMillis(150);

    /** Durations are told in whole seconds. */
    private static final Duration SHORTEST_HANDOVER = Duration.ofMillis(20);

    private MigrationPlans() {}

    /**
     * The plan.
     *
     * @param earlier the cluster's migrations, the newest first
     * @return null while there is no ring
     */
    static @Nullable Plan of(
            ChannelMigrationSpec migration,
            Limits limits,
            List<ObservedPod> pods,
            Snapshot snapshot,
            Stream<ChannelMigration> earlier) {
        if (snapshot.ring() == null) {
            return null;
        }
        SlotTable table = snapshot.ring().table();
        PlannerSettings settings = new PlannerSettings(migration.virtualNodes(), migration.maxLoadPercent());
        Measured measured = measured(earlier);
        Costs.Load load = load(snapshot);
        Costs.Speed speed =
                new Costs.Speed(limits.slotsPerBatch(), limits.subscriptionsPerSecond(), measured.perHandover);
        Costs costs;
        if (migration.reason().equals("Upgrade")) {
            costs = Costs.ofReplacingAll(table, settings, load, speed);
        } else if (migration.reason().equals("Rebalance")
                && migration.replicas() == table.owners().size()) {
            costs = Costs.ofRebalancing(table, settings, load, speed);
        } else {
            List<String> staying = staying(migration, pods, snapshot);
            int newcomers = Math.max(0, migration.replicas() - staying.size());
            costs = Costs.of(table, staying, newcomers, settings, load, speed);
        }
        return MigrationReport.plan(costs, table.owners().size(), snapshot.members(), measured.from);
    }

    private static Costs.Load load(Snapshot snapshot) {
        Map<String, Double> rates = new HashMap<>();
        snapshot.measured().load().forEach((node, load) -> rates.put(node, load.messagesPerSecond()));
        return new Costs.Load(
                snapshot.measured().subscriptions(), rates, snapshot.measured().slots());
    }

    private static List<String> staying(ChannelMigrationSpec migration, List<ObservedPod> pods, Snapshot snapshot) {
        Wanted wanted = new Wanted(migration.replicas(), migration.revision(), "");
        return TierPlan.of(wanted, pods, snapshot, Instant.EPOCH).owners().stream()
                .map(uid -> snapshot.nodes().get(uid))
                .filter(node -> node != null && !node.nodeId().isEmpty())
                .map(node -> node.nodeId())
                .toList();
    }

    private record Measured(Duration perHandover, String from) {}

    /** The speed of the last one that was completed. */
    private static Measured measured(Stream<ChannelMigration> earlier) {
        return earlier.filter(m -> m.getStatus() != null
                        && m.getStatus().progress() != null
                        && m.getStatus().result() != null
                        && m.getStatus().progress().handoversDone() > 0)
                .findFirst()
                .map(MigrationPlans::measured)
                .orElse(new Measured(
                        PER_HANDOVER, "no move has been measured yet: " + PER_HANDOVER.toMillis() + " ms a handover"));
    }

    private static Measured measured(ChannelMigration m) {
        int handovers = Objects.requireNonNull(m.getStatus().progress()).handoversDone();
        Duration taken =
                Durations.parse(Objects.requireNonNull(m.getStatus().result()).duration());
        Duration each = taken.dividedBy(handovers);
        return new Measured(
                each.compareTo(SHORTEST_HANDOVER) < 0 ? SHORTEST_HANDOVER : each,
                m.getMetadata().getName() + ": " + handovers + " handovers in " + Durations.text(taken));
    }
}
