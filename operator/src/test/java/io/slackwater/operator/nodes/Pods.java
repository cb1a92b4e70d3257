package io.slackwater.operator.nodes;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Death;
import io.slackwater.operator.coordination.Snapshot.Measurements;
import io.slackwater.operator.coordination.Snapshot.Migration;
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
import org.jspecify.annotations.Nullable;

/** Pods and snapshots for tests. */
public final class Pods {
    public static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

    private Pods() {}

    /** A ready pod without a revision, as old as its name's last letter is early. */
    public static ObservedPod ready(String name) {
        return pod(name, "10.0.0.1", true, false, false, true, born(name), "");
    }

    /** A pod that has no process yet. */
    public static ObservedPod pending(String name) {
        return pod(name, "", false, false, false, false, born(name), "");
    }

    public static ObservedPod notReady(String name) {
        return pod(name, "10.0.0.1", false, false, false, true, born(name), "");
    }

    public static ObservedPod terminating(String name) {
        return pod(name, "10.0.0.1", true, true, false, true, born(name), "");
    }

    public static ObservedPod failed(String name, Instant createdAt) {
        return pod(name, "", false, false, true, true, createdAt, name + " has ended (Evicted)");
    }

    private static Instant born(String name) {
        return NOW.minusSeconds(1000 - name.charAt(name.length() - 1));
    }

    private static ObservedPod pod(
            String name,
            String host,
            boolean ready,
            boolean terminating,
            boolean failed,
            boolean started,
            Instant createdAt,
            String trouble) {
        return new ObservedPod(
                "uid-" + name,
                name,
                host,
                ready,
                terminating,
                failed,
                failed,
                started,
                host.isEmpty() ? "" : "c1/0",
                0,
                createdAt,
                createdAt,
                false,
                "",
                false,
                "",
                trouble);
    }

    /** The same pod, made of this revision. */
    public static ObservedPod of(String revision, ObservedPod pod) {
        return changed(pod, revision, pod.restarts(), pod.createdAt(), pod.trouble());
    }

    /** The same pod, started again this many times. */
    static ObservedPod restarted(int restarts, ObservedPod pod) {
        return changed(pod, pod.revision(), restarts, pod.createdAt(), pod.trouble());
    }

    /** The same pod, added and ready since then. */
    static ObservedPod since(Instant createdAt, ObservedPod pod) {
        return changed(pod, pod.revision(), pod.restarts(), createdAt, pod.trouble());
    }

    /** The same pod, with something that keeps it from running. */
    static ObservedPod troubled(String trouble, ObservedPod pod) {
        return changed(pod, pod.revision(), pod.restarts(), pod.createdAt(), trouble);
    }

    private static ObservedPod changed(
            ObservedPod pod, String revision, int restarts, Instant createdAt, String trouble) {
        return new ObservedPod(
                pod.uid(),
                pod.name(),
                pod.host(),
                pod.ready(),
                pod.terminating(),
                pod.failed(),
                pod.gone(),
                pod.started(),
                pod.instance(),
                restarts,
                createdAt,
                createdAt,
                pod.labelledServing(),
                pod.tlsName(),
                pod.auth(),
                revision,
                trouble);
    }

    /** The same, and the node of this pod was declared dead at {@link #NOW} and owns nothing. */
    public static Snapshot dead(Snapshot snapshot, String name, boolean answers) {
        Map<String, NodeStatus> nodes = new TreeMap<>(snapshot.nodes());
        nodes.put(
                "uid-" + name,
                new NodeStatus(name + "/r", State.DEAD, 0, 0, "it was declared dead", new Death(NOW, answers)));
        return snapshot(snapshot.ring(), nodes, null, List.of());
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
        return snapshot(ring, nodes, null, List.of());
    }

    /** How things stand with a ring, these nodes by uid of their pods, perhaps a move, and some that cannot be reached. */
    public static Snapshot snapshot(
            @Nullable Ring ring, Map<String, NodeStatus> nodes, @Nullable Migration move, List<String> cutOff) {
        return new Snapshot(NOW, ring, true, nodes, move, null, 1, "", cutOff, 100, null, Measurements.NONE, List.of());
    }

    /** Nothing is known yet. */
    public static Snapshot empty() {
        return snapshot(Map.of());
    }
}
