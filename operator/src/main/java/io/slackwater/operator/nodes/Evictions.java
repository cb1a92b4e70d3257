package io.slackwater.operator.nodes;

import io.slackwater.operator.coordination.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * How many evictions a tier can bear at once: one while it is whole and nothing moves, none otherwise. As the {@code minAvailable} of
 * a PodDisruptionBudget over the pods labelled {@link Naming#SERVING}: all of them, or one less.
 *
 * <p>It is about these pods alone, for the operator itself decides when one becomes one of them. Over all node pods, a replacement that gets
 * ready would open the budget again while the evicted one is still being emptied. A pod that owns nothing may be evicted at any time.
 *
 * <p>An eviction shuts the budget by itself, for a pod that is asked to go counts as available no more, whether an operator runs or
 * not. A new pod of an upgrade that merely waits does not shut it: so it opens for a while between two nodes, and also when the upgrade stops.
 */
public final class Evictions {
    private Evictions() {}

    /**
     * What has to stay available; empty while it is not known how the tier stands.
     *
     * @param resting whether a move that was begun is held at the boundary of a handover, as for hours outside of its window
     */
    public static OptionalInt minAvailable(
            Wanted wanted, TierPlan plan, List<ObservedPod> pods, Snapshot snapshot, boolean resting) {
        if (!snapshot.leading() || snapshot.ring() == null) {
            return OptionalInt.empty();
        }
        List<ObservedPod> serving =
                pods.stream().filter(pod -> serves(pod, snapshot)).toList();
        boolean whole = serving.size() == wanted.replicas()
                && serving.stream()
                        .allMatch(pod ->
                                pod.ready() && pod.usable() && plan.owners().contains(pod.uid()));
        boolean still = snapshot.migration() == null
                || snapshot.migration().handoversOpen() == 0
                        && (resting || !snapshot.measured().nonMembers().isEmpty());
        boolean quiet = still && snapshot.cutOff().isEmpty();
        return OptionalInt.of(whole && quiet ? serving.size() - 1 : serving.size());
    }

    /** Whether a pod is to carry the label {@link Naming#SERVING}. */
    public static boolean serves(ObservedPod pod, Snapshot snapshot) {
        Map<String, Snapshot.NodeStatus> nodes = snapshot.nodes();
        Snapshot.NodeStatus node = nodes.get(pod.uid());
        return node != null && node.slots() > 0 && !pod.gone();
    }
}
