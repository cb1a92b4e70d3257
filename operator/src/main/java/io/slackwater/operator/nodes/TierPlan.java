package io.slackwater.operator.nodes;

import io.slackwater.operator.coordination.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which pods to add, to fill and to remove: a pure function of what is wanted and what is seen, computed anew each time, so that a
 * changed mind or a new operator simply goes on from here. A pod is added before slots move to it and removed after proof that
 * nothing is left on it; a pod that somebody else asked to go is replaced at once and goes when it is empty. One whose
 * node is dead and is not started anew, as on a machine without power, is replaced, too: Kubernetes lets it stand for minutes.
 *
 * <p>An upgrade is the same, node by node. While every node serves and one is outdated, one pod more than wanted is added. So one pod is
 * to spare, and which one follows from {@link Standing}: the new pod itself as long as it cannot be given slots, and then it merely
 * waits; an outdated one as soon as it can. A new pod that never gets there therefore costs no old one its place, and once its
 * specification is undone it is outdated itself, and goes.
 *
 * @param create pods to add now
 * @param owners uids of the pods whose nodes shall own slots
 * @param remove pods that shall go, each after proof that it is empty
 * @param release pods that somebody asked to go: each may end after proof that it is empty
 * @param discard pods that can be removed without proof: their process does not run and the ring does not name it
 * @param upgrading whether an outdated node has to leave its slots to one of the wanted revision
 * @param held why a pod that is needed is not added now; empty when none is held
 */
public record TierPlan(
        int create,
        Set<String> owners,
        List<ObservedPod> remove,
        List<ObservedPod> release,
        List<ObservedPod> discard,
        boolean upgrading,
        String held) {
    /**
     * Plans.
     *
     * @param pods all node pods of the cluster that exist
     * @param snapshot how the nodes stand
     */
    public static TierPlan of(Wanted wanted, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        Standing standing = new Standing(wanted, snapshot, now);
        List<ObservedPod> usable = pods.stream()
                .filter(ObservedPod::usable)
                .sorted(standing.dispensableFirst())
                .toList();
        int spare = Math.max(0, usable.size() - wanted.replicas());
        List<ObservedPod> kept = usable.subList(spare, usable.size());
        Optional<ObservedPod> newcomer = kept.stream().anyMatch(standing::outdated)
                ? usable.subList(0, spare).reversed().stream()
                        .filter(pod -> !standing.outdated(pod) && standing.useless(pod) && !standing.lost(pod))
                        .findFirst()
                : Optional.empty();
        List<ObservedPod> victims = usable.subList(0, spare).stream()
                .filter(pod -> !newcomer.equals(Optional.of(pod)))
                .toList();

        FailedPods failed = FailedPods.of(pods);
        boolean outdated = usable.stream().anyMatch(standing::outdated);
        int counted = (int) usable.stream().filter(pod -> !standing.lost(pod)).count();
        int missing = Math.max(0, wanted.replicas() - counted);
        int more = missing == 0 && spare == 0 && outdated && mayReplace(standing, usable, pods) ? 1 : missing;
        Duration pause = failed.pause(now);
        boolean healthy = missing == 0 && !outdated && usable.stream().allMatch(ObservedPod::ready);
        return new TierPlan(
                pause.isZero() ? more : 0,
                kept.stream().map(ObservedPod::uid).collect(Collectors.toUnmodifiableSet()),
                victims.stream()
                        .filter(pod -> pod.started() && !pod.gone() && !standing.inRing(pod))
                        .toList(),
                pods.stream()
                        .filter(pod -> pod.terminating() && !pod.gone() && !standing.inRing(pod))
                        .toList(),
                discard(victims, failed, standing, healthy),
                victims.stream().anyMatch(standing::outdated) && !kept.stream().allMatch(standing::outdated),
                more > 0 ? failed.held(now) : "");
    }

    /** Whether one pod more may be added, so that an outdated one can go: all serve, and nothing else is going on. */
    private static boolean mayReplace(Standing standing, List<ObservedPod> usable, List<ObservedPod> pods) {
        Snapshot snapshot = standing.snapshot();
        Predicate<ObservedPod> neverServed = pod -> standing.outdated(pod) && standing.useless(pod);
        return standing.wanted().postponed().isEmpty()
                && snapshot.migration() == null
                && snapshot.cutOff().isEmpty()
                && pods.stream().noneMatch(pod -> pod.terminating() && standing.inRing(pod))
                && usable.stream().allMatch(neverServed.or(standing::serves));
    }

    private static List<ObservedPod> discard(
            List<ObservedPod> victims, FailedPods failed, Standing standing, boolean healthy) {
        Set<ObservedPod> discard = new HashSet<>();
        victims.stream().filter(pod -> !pod.started() || pod.gone()).forEach(discard::add);
        discard.addAll(failed.surplus(healthy));
        return discard.stream()
                .filter(pod -> !standing.inRing(pod))
                .sorted(Comparator.comparing(ObservedPod::name))
                .toList();
    }
}
