package io.slackwater.operator.reconcile;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.Wishes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The pods of one cluster that this operator has seen. Used by one thread at a time. */
final class SeenPods {
    private final Map<String, ObservedPod> seen = new HashMap<>();

    /**
     * The pods that are there: nobody is called dead on the word of a cache, which is emptied when an operator ends and filled anew after
     * its connection broke.
     *
     * @param cached what the cache has
     * @param fresh asks the API server; called only when somebody is missing in the cache that may still be counted on
     */
    List<ObservedPod> present(List<ObservedPod> cached, Snapshot snapshot, Supplier<List<ObservedPod>> fresh) {
        Set<String> known = cached.stream().map(ObservedPod::uid).collect(Collectors.toSet());
        boolean complete = Wishes.complete(cached, snapshot)
                && seen.values().stream().allMatch(pod -> known.contains(pod.uid()) || settled(pod, snapshot));
        return complete ? cached : fresh.get();
    }

    /**
     * Remembers what is there now.
     *
     * @return pods that were there and are not any more, and whose nodes the coordinator may still count on
     */
    List<ObservedPod> disappeared(List<ObservedPod> present, Snapshot snapshot) {
        Map<String, ObservedPod> now = new HashMap<>();
        present.forEach(pod -> now.put(pod.uid(), pod));
        List<ObservedPod> disappeared = new ArrayList<>();
        seen.values().removeIf(pod -> !now.containsKey(pod.uid()) && settled(pod, snapshot));
        seen.values().stream()
                .filter(pod -> !now.containsKey(pod.uid()))
                .map(ObservedPod::deleted)
                .forEach(disappeared::add);
        seen.putAll(now);
        return disappeared;
    }

    /** The pods that were there at the last look, and those that are gone and may still be counted on. */
    List<ObservedPod> last() {
        return List.copyOf(seen.values());
    }

    private static boolean settled(ObservedPod pod, Snapshot snapshot) {
        Snapshot.NodeStatus node = snapshot.nodes().get(pod.uid());
        return node != null && (node.state() == State.DEAD || node.state() == State.RETIRED);
    }
}
