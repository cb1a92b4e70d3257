package io.slackwater.operator.nodes;

import io.slackwater.operator.coordination.Snapshot;
import java.time.Instant;
import java.util.List;

/**
 * How far an upgrade is.
 *
 * @param running whether there is one: whether a pod that is counted on is of another revision than wanted
 * @param done nodes that own slots and are of the wanted revision, at most {@code nodes}
 * @param nodes wanted
 * @param revision wanted
 * @param stopped why it does not go on by itself, one sentence; empty when it does or waits for its turn
 */
public record UpgradeProgress(boolean running, int done, int nodes, String revision, String stopped) {
    /** How a tier stands. */
    public static UpgradeProgress of(Wanted wanted, List<ObservedPod> pods, Snapshot snapshot, Instant now) {
        Standing standing = new Standing(wanted, snapshot, now);
        List<ObservedPod> current = pods.stream()
                .filter(ObservedPod::usable)
                .filter(pod -> !standing.outdated(pod))
                .toList();
        boolean running = pods.stream().anyMatch(pod -> pod.usable() && standing.outdated(pod));
        int done = (int) current.stream().filter(standing::owns).count();
        return new UpgradeProgress(
                running,
                Math.min(done, wanted.replicas()),
                wanted.replicas(),
                wanted.revision(),
                running ? stopped(standing, pods, current) : "");
    }

    private static String stopped(Standing standing, List<ObservedPod> pods, List<ObservedPod> current) {
        long failed = pods.stream()
                .filter(pod -> pod.failed() && !standing.outdated(pod))
                .count();
        return current.stream()
                .filter(standing::useless)
                .filter(pod -> !standing.doubt(pod).isEmpty())
                .map(pod -> "the upgrade stops: pod " + pod.name() + " of the new revision is not ready: "
                        + standing.doubt(pod))
                .findFirst()
                .orElse(failed > 1 ? "the upgrade stops: " + failed + " pods of the new revision have failed" : "");
    }

    /** As in {@code 2 of 5 nodes are of the new revision}. */
    public String words() {
        return done + " of " + nodes + " nodes are of the new revision";
    }
}
