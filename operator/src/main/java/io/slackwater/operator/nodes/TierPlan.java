package io.slackwater.operator.nodes;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which pods to add, to fill and to remove: a pure function of what is wanted and what is seen, computed anew each time, so that a
 * changed mind or a new operator simply goes on from here. A pod is added before slots move to it and removed after proof that
 * nothing is left on it; a pod that somebody else asked to go is replaced at once and goes when it is empty.
 *
 * @param create pods to add now
 * @param owners uids of the pods whose nodes shall own slots
 * @param remove pods that shall go, each after proof that it is empty
 * @param release pods that somebody asked to go: each may end after proof that it is empty
 * @param discard pods that can be removed without proof: their process does not run and the ring does not name it
 * @param held why fewer pods are added than are missing; empty when not
 */
public record TierPlan(
        int create,
        Set<String> owners,
        List<ObservedPod> remove,
        List<ObservedPod> release,
        List<ObservedPod> discard,
        String held) {
    /** Failed pods kept, for people to look at and to slow down what fails again and again. */
    private static final int FAILED_KEPT = 8;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /**
     * Plans.
     *
     * @param replicas nodes wanted, at least 1
     * @param pods all node pods of the cluster that exist
     * @param snapshot how the nodes stand
     */
    public static TierPlan of(int replicas, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        List<ObservedPod> usable = pods.stream().filter(ObservedPod::usable).toList();
        List<ObservedPod> victims = usable.stream()
                .sorted(dispensableFirst(snapshot))
                .limit(Math.max(0, usable.size() - replicas))
                .toList();
        Set<String> owners = usable.stream().map(ObservedPod::uid).collect(Collectors.toCollection(HashSet::new));
        victims.forEach(victim -> owners.remove(victim.uid()));

        List<ObservedPod> failed = pods.stream()
                .filter(pod -> pod.failed() && !pod.terminating())
                .sorted(Comparator.comparing(ObservedPod::createdAt))
                .toList();
        int missing = Math.max(0, replicas - usable.size());
        Duration pause = pause(failed, now);
        return new TierPlan(
                pause.isZero() ? missing : 0,
                Set.copyOf(owners),
                victims.stream()
                        .filter(pod -> pod.started() && !inRing(pod, snapshot))
                        .toList(),
                pods.stream()
                        .filter(pod -> pod.terminating() && !pod.gone() && !inRing(pod, snapshot))
                        .toList(),
                discard(
                        victims,
                        failed,
                        snapshot,
                        missing == 0 && usable.stream().allMatch(ObservedPod::ready)),
                missing > 0 && !pause.isZero()
                        ? failed.size() + " pods have failed, the next one is added in " + pause.toSeconds() + " s"
                        : "");
    }

    /** Whether the ring names a node of this pod. */
    static boolean inRing(ObservedPod pod, Snapshot snapshot) {
        Ring ring = snapshot.ring();
        return ring != null && ring.nodes().stream().anyMatch(node -> belongs(node, pod.name()));
    }

    /** Whether this is a node of the pod of this name; the name is the first part of its id, and all names have the same ending. */
    public static boolean belongs(Node node, String podName) {
        return node.id().startsWith(podName)
                && (node.id().length() == podName.length()
                        || !Character.isLetterOrDigit(node.id().charAt(podName.length())));
    }

    /** What is of no use first, then what has begun to be emptied, then what is cheapest to empty, then the youngest. */
    private static Comparator<ObservedPod> dispensableFirst(Snapshot snapshot) {
        return Comparator.<ObservedPod>comparingInt(pod -> state(pod, snapshot) == State.REFUSED ? 0 : 1)
                .thenComparing(pod -> pod.ready() && !pod.gone())
                .thenComparingInt(pod -> leaving(state(pod, snapshot)) ? 0 : 1)
                .thenComparingInt(pod -> slots(pod, snapshot))
                .thenComparing(ObservedPod::createdAt, Comparator.reverseOrder())
                .thenComparing(ObservedPod::name);
    }

    private static List<ObservedPod> discard(
            List<ObservedPod> victims, List<ObservedPod> failed, Snapshot snapshot, boolean healthy) {
        Set<ObservedPod> discard = new HashSet<>();
        victims.stream().filter(pod -> !pod.started()).forEach(discard::add);
        int keep = healthy ? 0 : FAILED_KEPT;
        failed.stream().limit(Math.max(0, failed.size() - keep)).forEach(discard::add);
        return discard.stream()
                .filter(pod -> !inRing(pod, snapshot))
                .sorted(Comparator.comparing(ObservedPod::name))
                .toList();
    }

    /** The first failed pod is replaced at once; from the second on it takes 4, 8, 16 … seconds. */
    private static Duration pause(List<ObservedPod> failed, Instant now) {
        if (failed.size() < 2) {
            return Duration.ZERO;
        }
        Duration wanted = Duration.ofSeconds(1L << Math.min(failed.size(), 9));
        Instant next = failed.getLast().createdAt().plus(wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE);
        Duration left = Duration.between(now, next);
        // A clock that was set back must not stop replacements for longer than the longest pause.
        return left.isNegative() || left.compareTo(LONGEST_PAUSE) > 0 ? Duration.ZERO : left;
    }

    private static boolean leaving(@Nullable State state) {
        return state == State.EMPTYING || state == State.RETIRED;
    }

    private static @Nullable State state(ObservedPod pod, Snapshot snapshot) {
        NodeStatus node = snapshot.nodes().get(pod.uid());
        return node == null ? null : node.state();
    }

    private static int slots(ObservedPod pod, Snapshot snapshot) {
        NodeStatus node = snapshot.nodes().get(pod.uid());
        return node == null ? 0 : node.slots();
    }
}
