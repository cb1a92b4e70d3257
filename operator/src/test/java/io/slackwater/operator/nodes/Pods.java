package io.slackwater.operator.nodes;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Pods and snapshots for tests. */
public final class Pods {
    public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private Pods() {}

    /** A ready pod, as old as its name's last letter is early. */
    public static ObservedPod ready(String name) {
        return new ObservedPod(
                "uid-" + name,
                name,
                "10.0.0.1",
                true,
                false,
                false,
                false,
                true,
                "c1/0",
                0,
                NOW.minusSeconds(1000 - name.charAt(name.length() - 1)),
                false,
                "",
                false,
                "");
    }

    /** A pod that has no process yet. */
    public static ObservedPod pending(String name) {
        ObservedPod pod = ready(name);
        return new ObservedPod(
                pod.uid(), name, "", false, false, false, false, false, "", 0, pod.createdAt(), false, "", false, "");
    }

    public static ObservedPod notReady(String name) {
        ObservedPod pod = ready(name);
        return new ObservedPod(
                pod.uid(),
                name,
                pod.host(),
                false,
                false,
                false,
                false,
                true,
                "c1/0",
                0,
                pod.createdAt(),
                false,
                "",
                false,
                "");
    }

    public static ObservedPod terminating(String name) {
        ObservedPod pod = ready(name);
        return new ObservedPod(
                pod.uid(),
                name,
                pod.host(),
                true,
                true,
                false,
                false,
                true,
                "c1/0",
                0,
                pod.createdAt(),
                false,
                "",
                false,
                "");
    }

    public static ObservedPod failed(String name, Instant createdAt) {
        return new ObservedPod(
                "uid-" + name,
                name,
                "",
                false,
                false,
                true,
                true,
                true,
                "",
                0,
                createdAt,
                false,
                "",
                false,
                name + " has ended (Evicted)");
    }

    /** How things stand when these pods own this many slots each, in this order from slot 0; pods with 0 have retired. */
    public static Snapshot snapshot(Map<String, Integer> slots) {
        Map<String, NodeStatus> nodes = new TreeMap<>();
        List<Node> inRing = new ArrayList<>();
        String[] table = new String[Slots.COUNT];
        int next = 0;
        for (var entry : new TreeMap<>(slots).entrySet()) {
            String id = entry.getKey() + "/r";
            if (entry.getValue() > 0) {
                inRing.add(new Node(id, "", List.of(new Node.Address("10.0.0.1", 6379))));
                Arrays.fill(table, next, next + entry.getValue(), id);
                next += entry.getValue();
            }
            nodes.put(
                    "uid-" + entry.getKey(),
                    new NodeStatus(id, entry.getValue() > 0 ? State.SERVING : State.RETIRED, entry.getValue(), 1, ""));
        }
        Ring ring = next < Slots.COUNT ? null : new Ring(1, 1, inRing, List.of(), SlotTable.of(table), List.of());
        return new Snapshot(NOW, ring, true, nodes, null, null, 1, "", List.of(), 100, List.of());
    }

    /** Nothing is known yet. */
    public static Snapshot empty() {
        return snapshot(Map.of());
    }
}
