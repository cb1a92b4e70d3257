package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Snapshot.Death;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Says what the node of each pod is doing: pure functions. */
final class SnapshotBuilder {
    private SnapshotBuilder() {}

    /**
     * What is known of a pod's link.
     *
     * @param id of the process last seen there; empty when none was
     */
    record LinkView(NodeLink.State state, String id, String reason, int members) {
        static final LinkView NONE = new LinkView(NodeLink.State.CONNECTING, "", "it has no address yet", 0);
    }

    static Map<String, NodeStatus> nodes(
            @Nullable Wish wish, @Nullable Ring ring, Map<String, LinkView> links, Map<String, Instant> diedAt) {
        Map<String, NodeStatus> result = new HashMap<>();
        if (wish != null) {
            for (Pod pod : wish.pods()) {
                LinkView link = links.getOrDefault(pod.uid(), LinkView.NONE);
                result.put(pod.uid(), node(pod, wish.owners(), ring, link, diedAt));
            }
        }
        return Map.copyOf(result);
    }

    private static NodeStatus node(
            Pod pod, Set<String> owners, @Nullable Ring ring, LinkView link, Map<String, Instant> diedAt) {
        String id = link.id().isEmpty() ? idByName(pod.name(), ring, link.state()) : link.id();
        boolean owner = owners.contains(pod.uid()) && !pod.terminating() && !pod.gone();
        int slots = ring == null ? 0 : ring.table().slotsPerNode().getOrDefault(id, 0);
        if (ring != null && ring.isDead(id)) {
            Instant seenAt = diedAt.get(id);
            Death death = seenAt == null ? null : new Death(seenAt, link.state() == NodeLink.State.UP);
            return new NodeStatus(id, State.DEAD, slots, 0, "it was declared dead", death);
        }
        boolean inRing = ring != null && ring.node(id) != null;
        if (inRing) {
            State state = slots == 0 ? State.JOINED : owner ? State.SERVING : State.EMPTYING;
            String reason = link.state() == NodeLink.State.UP ? "" : link.reason();
            return new NodeStatus(id, state, slots, link.members(), reason);
        }
        if (pod.gone()) {
            return new NodeStatus(id, State.DEAD, 0, 0, "its process has ended");
        }
        if (link.state() == NodeLink.State.REFUSED) {
            return new NodeStatus(id, State.REFUSED, 0, 0, link.reason());
        }
        State state = owner || id.isEmpty() ? State.STARTING : State.RETIRED;
        return new NodeStatus(id, state, 0, link.members(), link.reason());
    }

    /**
     * The node of a pod with which there never was a session, by the ring: a live one, or, where nobody could be reached at its address, the
     * last of its dead ones.
     */
    private static String idByName(String podName, @Nullable Ring ring, NodeLink.State link) {
        if (ring == null) {
            return "";
        }
        Predicate<String> ofPod = id -> NodeLinks.podName(id).equals(podName);
        return ring.nodes().stream()
                .map(Node::id)
                .filter(ofPod)
                .findFirst()
                .or(() -> link == NodeLink.State.DOWN
                        ? ring.dead().stream().filter(ofPod).reduce((earlier, later) -> later)
                        : Optional.empty())
                .orElse("");
    }

    /** The busiest node's share of the slots over the mean of all owners, in percent. */
    static int skewPercent(@Nullable Ring ring) {
        SlotTable table = ring == null ? SlotTable.UNASSIGNED : ring.table();
        if (!table.isAssigned()) {
            return 100;
        }
        return percentOfMean(table.slotsPerNode().values(), Slots.COUNT); // counted once for each table
    }

    /** The same of the load. */
    static int skewPercent(@Nullable Ring ring, SlotLoad load) {
        SlotTable table = ring == null ? SlotTable.UNASSIGNED : ring.table();
        if (!table.isAssigned()) {
            return 100;
        }
        return percentOfMean(load.perNode(table).values(), load.total());
    }

    private static int percentOfMean(Collection<? extends Number> each, long total) {
        long most = each.stream().mapToLong(Number::longValue).max().orElse(0);
        return (int) Math.ceil(100.0 * most * each.size() / total);
    }
}
