package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.ClusterCoordinator.Proof;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads afresh whether anything still depends on the node of a pod. */
final class RemovalProof {
    private static final long TIMEOUT_MILLIS = 4_500;

    private RemovalProof() {}

    /**
     * Asks.
     *
     * @param podName of the node
     * @param ringNodes how many live nodes the ring has
     * @param sessions with those of them that answer
     * @param own the session with the node itself, null when it is gone or dead
     */
    static CompletableFuture<Proof> gather(
            String podName, int ringNodes, Collection<NodeSession> sessions, @Nullable NodeSession own) {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        sessions.forEach(session -> answers.add(session.readRing()
                .thenApply(bytes -> objection(podName, session.nodeId(), bytes))
                .exceptionally(error -> UNREAD)));
        CompletableFuture<String> members = own == null
                ? CompletableFuture.completedFuture("")
                : own.listConnections()
                        .thenApply(list -> list.members().isEmpty()
                                ? ""
                                : "members are connected to it: " + String.join(", ", list.memberNames()))
                        .exceptionally(error -> "it does not say who is connected to it: " + error.getMessage());
        CompletableFuture<Proof> proof = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenCombine(members, (all, objection) -> {
                    List<String> read =
                            answers.stream().map(CompletableFuture::join).toList();
                    return judge(read, ringNodes, objection);
                });
        return proof.completeOnTimeout(
                new Proof.Refused("the nodes did not answer in time"), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static final String UNREAD = "?";

    private static Proof judge(List<String> read, int ringNodes, String members) {
        for (String objection : read) {
            if (!objection.isEmpty() && !objection.equals(UNREAD)) {
                return new Proof.Refused(objection);
            }
        }
        long good = read.stream().filter(String::isEmpty).count();
        if (good <= ringNodes / 2) {
            return new Proof.Refused("only " + good + " of " + ringNodes + " nodes could be asked for their ring");
        }
        return members.isEmpty() ? new Proof.Removable() : new Proof.Refused(members);
    }

    private static String objection(String podName, String asked, byte @Nullable [] bytes) {
        if (bytes == null) {
            return UNREAD;
        }
        try {
            Ring ring = RingCodec.decode(bytes);
            boolean owns = ring.table().owners().stream().anyMatch(id -> isOf(podName, id));
            boolean moves = ring.handovers().stream()
                    .anyMatch(open -> isOf(podName, open.source()) || isOf(podName, open.target()));
            boolean listed = ring.nodes().stream().anyMatch(node -> isOf(podName, node.id()));
            return owns || moves || listed
                    ? "the ring of epoch " + ring.epoch() + " on " + asked + " still names it"
                    : "";
        } catch (RingFormatException e) {
            return UNREAD;
        }
    }

    private static boolean isOf(String podName, String id) {
        return NodeLinks.podName(id).equals(podName);
    }
}
