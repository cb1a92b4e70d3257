package io.slackwater.operator.nodes;

import io.slackwater.crds.MigrationSpec;
import io.slackwater.crds.PubSubClusterSpec;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Wish;
import io.slackwater.ring.Node;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.handover.HandoverSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Says to the coordinator what a specification and a plan ask for. */
public final class Wishes {
    /** How long the first ring waits for all of its nodes before it is made with most of them. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Wishes() {}

    /**
     * The wish.
     *
     * @param planner how slots are spread now; the specification's may have to wait
     * @param rebalance see {@link Wish#rebalance}
     * @param pods all that exist, and those that have disappeared and may still be in the ring
     * @param plan what becomes of the pods
     * @param held see {@link Wish#held}
     * @param abandoned see {@link Wish#abandoned}
     * @throws IllegalArgumentException when the specification is outside of its bounds; the message says where
     */
    public static Wish of(
            PubSubClusterSpec spec,
            PlannerSettings planner,
            int rebalance,
            List<ObservedPod> pods,
            TierPlan plan,
            Snapshot snapshot,
            String held,
            boolean abandoned,
            Instant now) {
        List<Wish.Pod> all =
                new ArrayList<>(pods.stream().map(ObservedPod::toWish).toList());
        all.addAll(forgotten(pods, snapshot));
        return new Wish(
                all,
                plan.owners(),
                plan.upgrading(),
                minimumToStart(pods, plan.owners(), now),
                planner,
                rebalance,
                handover(spec.migration().limits()),
                spec.migration().limits().slotsPerBatch(),
                spec.migration().limits().subscriptionsPerSecond(),
                !spec.migration().blockedByNonMembers(),
                held.isEmpty() && choosesBlindly(pods, plan, snapshot) ? "the ring is being taken over" : held,
                abandoned);
    }

    /** Which pod has begun to be emptied is known when the ring has been taken over: until then, to move slots would be a guess. */
    private static boolean choosesBlindly(List<ObservedPod> pods, TierPlan plan, Snapshot snapshot) {
        return !snapshot.leading()
                && pods.stream().anyMatch(pod -> pod.usable() && !plan.owners().contains(pod.uid()));
    }

    /** @throws IllegalArgumentException when it is outside of its bounds */
    public static PlannerSettings planner(PubSubClusterSpec spec) {
        return new PlannerSettings(spec.ring().virtualNodes(), spec.ring().maxLoadPercent());
    }

    /** @throws IllegalArgumentException when one is outside of its bounds */
    public static HandoverSettings handover(MigrationSpec.Limits limits) {
        return new HandoverSettings(
                limits.ackTimeoutMillis(),
                limits.slowAfterMillis(),
                limits.prepareTimeoutMillis(),
                limits.maxHoldMillis(),
                (long) limits.maxHoldMebibytes() << 20,
                limits.concurrentHandovers());
    }

    /** Whether each node of the ring has its pod among these. */
    public static boolean complete(List<ObservedPod> pods, Snapshot snapshot) {
        return forgotten(pods, snapshot).isEmpty();
    }

    /** Nodes of the ring whose pods were deleted while no operator looked. */
    private static List<Wish.Pod> forgotten(List<ObservedPod> pods, Snapshot snapshot) {
        if (snapshot.ring() == null) {
            return List.of();
        }
        return snapshot.ring().nodes().stream()
                .filter(node -> pods.stream().noneMatch(pod -> Standing.belongs(node, pod.name())))
                .map(Wishes::deleted)
                .toList();
    }

    private static Wish.Pod deleted(Node node) {
        String name = node.id().replaceFirst("[/.].*", "");
        Node.Address address = node.address();
        return new Wish.Pod(
                "deleted/" + node.id(), name, address.host(), address.port(), node.tlsName(), false, true, true, "");
    }

    private static int minimumToStart(List<ObservedPod> pods, Set<String> owners, Instant now) {
        int all = Math.max(1, owners.size());
        boolean waitedLong = pods.stream()
                .filter(pod -> owners.contains(pod.uid()))
                .map(ObservedPod::createdAt)
                .max(Instant::compareTo)
                .map(youngest -> youngest.plus(PATIENCE).isBefore(now))
                .orElse(false);
        return waitedLong ? all / 2 + 1 : all;
    }
}
