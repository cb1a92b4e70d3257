package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Snapshot.Measurements;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.SnapshotBuilder.LinkView;
import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.Ring;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is seen of the nodes of all pods: through the links to them, and of the ring. For one thread. */
final class NodeViews {
    private final NodeLinks links;
    private final Observations observations;
    private final InstantSource wall;
    private final Map<String, Instant> diedAt = new HashMap<>(); // dead nodes of the ring, since this process knows

    NodeViews(NodeLinks links, Observations observations, InstantSource wall) {
        this.links = links;
        this.observations = observations;
        this.wall = wall;
    }

    /**
     * What is seen now.
     *
     * @param nodes see {@link Snapshot#nodes}
     * @param members how many, over all nodes
     */
    record Look(Map<String, NodeStatus> nodes, int members, Measurements measured) {}

    /** @param unusable ids of servers that can never be nodes here, with the reason */
    Look look(@Nullable Wish wish, @Nullable Ring ring, Map<String, String> unusable) {
        Map<String, LinkView> views = new HashMap<>();
        Set<String> members = new HashSet<>();
        Map<String, Long> subscriptions = new HashMap<>();
        for (Pod pod : wish == null ? List.<Pod>of() : wish.pods()) {
            NodeLink link = links.ofPod(pod.uid());
            String id = links.idOf(pod.uid());
            ClientList list = observations.list(link);
            if (list != null) {
                members.addAll(list.memberNames());
                subscriptions.put(id, list.subscriptions());
            }
            int here = list == null ? 0 : list.memberNames().size();
            String why = unusable.getOrDefault(id, link == null ? "it has no address yet" : link.reason());
            NodeLink.State state = link == null
                    ? NodeLink.State.CONNECTING
                    : unusable.containsKey(id) ? NodeLink.State.REFUSED : link.state();
            views.put(pod.uid(), new LinkView(state, id, why, here));
        }
        if (ring != null) {
            diedAt.keySet().retainAll(ring.dead());
            ring.dead().forEach(id -> diedAt.computeIfAbsent(id, any -> wall.instant()));
        }
        return new Look(
                SnapshotBuilder.nodes(wish, ring, views, diedAt),
                members.size(),
                observations.measurements(subscriptions, ring == null ? Set.of() : ring.nodeIds()));
    }
}
