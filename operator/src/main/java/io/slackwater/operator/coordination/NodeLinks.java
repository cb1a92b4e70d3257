package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Verdict.Sight;
import io.slackwater.operator.coordination.Verdict.Witness;
import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One link to each pod, and one to each node of the ring whose pod is not known (any more): it may live nevertheless. For the
 * coordinator's thread.
 */
final class NodeLinks {
    /** Looks are ten times as frequent. */
    private static final long GAP_MILLIS = 1_000;

    private final Factory factory;
    private final Map<String, NodeLink> links = new LinkedHashMap<>();
    private final Map<String, String> lastIds = new HashMap<>();
    private final Map<String, String> instances = new HashMap<>();
    private final Map<String, Long> silentSince = new HashMap<>();
    private long sightedAt;
    private Map<String, Pod> podsByName = Map.of();

    /** Makes a link that is not connected yet. */
    interface Factory {
        NodeLink make(String podName, Address address, String tlsName);
    }

    /** @param factory makes the links */
    NodeLinks(Factory factory) {
        this.factory = factory;
    }

    /** Adapts to what is there now. */
    void adapt(Collection<Pod> pods, @Nullable Ring ring) {
        Map<String, Pod> byName = new HashMap<>();
        Set<String> keep = new HashSet<>();
        for (Pod pod : pods) {
            byName.put(pod.name(), pod);
            if (!pod.gone() && !pod.host().isEmpty()) {
                keep.add(pod.uid());
                NodeLink link = ensure(pod.uid(), pod.name(), new Address(pod.host(), pod.port()), pod.tlsName());
                String former = instances.put(pod.uid(), pod.instance());
                if (former != null && !former.equals(pod.instance())) {
                    link.connect();
                }
            }
        }
        podsByName = byName;
        if (ring != null) {
            for (Node node : ring.nodes()) {
                if (!byName.containsKey(podName(node.id()))) {
                    keep.add(orphanKey(node.id()));
                    ensure(orphanKey(node.id()), podName(node.id()), node.address(), node.tlsName());
                }
            }
        }
        links.entrySet().removeIf(entry -> {
            boolean goes = !keep.contains(entry.getKey());
            if (goes) {
                entry.getValue().close();
            }
            return goes;
        });
        instances.keySet().retainAll(keep);
        Set<String> uids = new HashSet<>(keep);
        pods.forEach(pod -> uids.add(pod.uid()));
        lastIds.keySet().retainAll(uids);
    }

    private NodeLink ensure(String key, String podName, Address address, String tlsName) {
        NodeLink link = links.get(key);
        if (link != null && link.address().equals(address)) {
            return link;
        }
        if (link != null) {
            link.close();
        }
        NodeLink made = factory.make(podName, address, tlsName);
        links.put(key, made);
        made.connect();
        return made;
    }

    Collection<NodeLink> all() {
        return links.values();
    }

    /** The link to the pod, null when there is none. */
    @Nullable
    NodeLink ofPod(String uid) {
        return links.get(uid);
    }

    /** The link whose session is with this node, null when there is none. */
    @Nullable
    NodeLink ofNode(String id) {
        for (NodeLink link : links.values()) {
            NodeSession session = link.session();
            if (session != null && session.nodeId().equals(id)) {
                return link;
            }
        }
        return null;
    }

    /** Remembers the id for the time when the link is down. */
    void identified(NodeLink link, String id) {
        links.forEach((key, value) -> {
            if (value == link) {
                lastIds.put(key, id);
            }
        });
    }

    /** Id of the process that was last seen in the pod; empty when none was. */
    String idOf(String uid) {
        return lastIds.getOrDefault(uid, "");
    }

    /**
     * What is seen of each live node of the ring.
     *
     * @param unreachable those that most members cannot reach
     */
    List<Sight> sights(Ring ring, Set<String> unreachable, long nowMillis) {
        silentSince.keySet().removeIf(id -> ring.node(id) == null);
        if (nowMillis - sightedAt > GAP_MILLIS) { // this process stood still: what it knows is old
            silentSince.clear();
        }
        sightedAt = nowMillis;
        return ring.nodes().stream()
                .map(node -> sight(node.id(), unreachable.contains(node.id()), nowMillis))
                .toList();
    }

    private Sight sight(String id, boolean unreachable, long nowMillis) {
        Pod pod = podsByName.get(podName(id));
        NodeLink link = links.get(pod == null ? orphanKey(id) : pod.uid());
        NodeSession session = link == null ? null : link.session();
        boolean silent = session == null && (pod == null || !pod.ready() || unreachable);
        if (!silent) {
            silentSince.remove(id);
        }
        long since = silent ? silentSince.computeIfAbsent(id, any -> nowMillis) : nowMillis;
        return new Sight(
                id,
                pod,
                session == null ? null : session.nodeId(),
                link != null && link.tried(),
                nowMillis - since,
                pod != null && pod.ready() ? Witness.MEMBERS : Witness.KUBERNETES,
                link == null ? "it has no address" : link.reason());
    }

    void close() {
        links.values().forEach(NodeLink::close);
        links.clear();
    }

    private static String orphanKey(String id) {
        return "node:" + id;
    }

    /** The pod that a node runs in, by the form of its id. */
    static String podName(String nodeId) {
        int slash = nodeId.lastIndexOf('/');
        return slash < 0 ? nodeId : nodeId.substring(0, slash);
    }
}
