package io.slackwater.operator.nodes;

import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Death;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** What each pod is worth to the tier: pure. */
record Standing(Wanted wanted, Snapshot snapshot, Instant now) {
    /**
     * How long a pod has to be ready before slots are taken from another one for it. A server that ends soon after its start is found
     * out, and an eviction that waits gets its turn between two nodes of an upgrade: {@code kubectl drain} asks every 5 seconds.
     */
    static final Duration SETTLING = Duration.ofSeconds(6);

    /** How long a new pod may take before a person should look. */
    static final Duration LATE = Duration.ofMinutes(2);

    /**
     * How long a node that is dead may take to be started again in its pod: longer than its liveness probe needs to end a server that
     * hangs. When no node serves, nothing is gained by waiting, and {@link #SETTLING} is enough.
     */
    static final Duration RESTARTING = Duration.ofSeconds(45);

    /** A restart of an empty node may be an accident, two are not. */
    private static final int RESTARTS_TRUSTED = 1;

    /** How far a pod is to be counted on, the least first. */
    private enum Worth {
        /** Dead, and its process is not started anew. */
        LOST,
        /** The coordinator will never take it. */
        REFUSED,
        /** Owns nothing, and cannot be given anything yet. */
        IDLE,
        /** Owns slots and is not ready. */
        AILING,
        /** Serves, or can. */
        GOOD
    }

    boolean outdated(ObservedPod pod) {
        return pod.outdated(wanted.revision());
    }

    boolean good(ObservedPod pod) {
        return worth(pod) == Worth.GOOD;
    }

    /** Whether it owns nothing and cannot be given anything, for now or for ever. */
    boolean useless(ObservedPod pod) {
        return worth(pod).compareTo(Worth.IDLE) <= 0;
    }

    /** Whether it does what it is there for. */
    boolean serves(ObservedPod pod) {
        return state(pod) == State.SERVING && pod.ready() && !pod.gone();
    }

    boolean owns(ObservedPod pod) {
        return slots(pod) > 0;
    }

    /**
     * Whether its node was declared dead and the same process stays in its place, so that it can never be given slots again: it was cut off
     * and has come back, or its machine has no power. A process that is started anew is another node, and is waited for.
     */
    boolean lost(ObservedPod pod) {
        NodeStatus node = snapshot.nodes().get(pod.uid());
        Death death = node == null ? null : node.death();
        if (death == null || pod.gone()) {
            return false;
        }
        Duration patience = snapshot.nodes().values().stream().anyMatch(Standing::carries) ? RESTARTING : SETTLING;
        boolean late = Duration.between(death.seenAt(), now).compareTo(patience) >= 0;
        return death.answers() || late && unchangedFor(pod, patience);
    }

    private Worth worth(ObservedPod pod) {
        if (lost(pod)) {
            return Worth.LOST;
        }
        if (state(pod) == State.REFUSED) {
            return Worth.REFUSED;
        }
        boolean up = pod.ready() && !pod.gone();
        if (owns(pod)) {
            return up ? Worth.GOOD : Worth.AILING;
        }
        return up && pod.restarts() <= RESTARTS_TRUSTED && unchangedFor(pod, SETTLING) && answers(pod)
                ? Worth.GOOD
                : Worth.IDLE;
    }

    /** Whether it has been as ready, or as little, for that long. A clock of the pod's machine that is ahead must not stop an upgrade. */
    private boolean unchangedFor(ObservedPod pod, Duration least) {
        Duration time = Duration.between(pod.readySince(), now);
        return time.isNegative() || time.compareTo(least) >= 0;
    }

    /** Whether slots are served by it: a dead one may still own some that nobody could take. */
    private static boolean carries(NodeStatus node) {
        return node.slots() > 0 && node.state() != State.DEAD;
    }

    /** Whether the coordinator has reached it; while it has not taken over, it reaches none. */
    private boolean answers(ObservedPod pod) {
        NodeStatus node = snapshot.nodes().get(pod.uid());
        return !snapshot.leading() || node != null && !node.nodeId().isEmpty() && node.state() != State.DEAD;
    }

    /**
     * Which to do without first. What is of no use comes before what owns slots, so that a new pod that never gets ready costs no old
     * one its place. Of those that are good, outdated ones, the oldest first; then what has begun to be emptied, what is cheapest to empty,
     * the youngest.
     */
    Comparator<ObservedPod> dispensableFirst() {
        return Comparator.<ObservedPod, Worth>comparing(this::worth)
                .thenComparingInt(pod -> replaceable(pod) ? 0 : 1)
                .thenComparingInt(pod -> leaving(state(pod)) ? 0 : 1)
                .thenComparingLong(pod -> replaceable(pod) ? pod.createdAt().toEpochMilli() : slots(pod))
                .thenComparing(ObservedPod::createdAt, Comparator.reverseOrder())
                .thenComparing(ObservedPod::name);
    }

    private boolean replaceable(ObservedPod pod) {
        return good(pod) && outdated(pod);
    }

    /** Why a pod of the new revision that is not good yet will hardly become so by itself, a few words; empty when it may. */
    String doubt(ObservedPod pod) {
        NodeStatus node = snapshot.nodes().get(pod.uid());
        if (node != null && node.state() == State.REFUSED) {
            return "it is refused: " + node.reason();
        }
        if (!pod.trouble().isEmpty()) {
            return pod.trouble().replaceFirst("^\\Q" + pod.name() + "\\E ", "it ");
        }
        if (pod.restarts() > RESTARTS_TRUSTED) {
            return "it was restarted more than once";
        }
        if (!pod.createdAt().plus(LATE).isBefore(now)) {
            return "";
        }
        return pod.ready() && node != null && !node.reason().isEmpty()
                ? "the operator does not reach it: " + node.reason()
                : "it was added at " + pod.createdAt();
    }

    /** Whether the ring names a node of this pod. */
    boolean inRing(ObservedPod pod) {
        Ring ring = snapshot.ring();
        return ring != null && ring.nodes().stream().anyMatch(node -> belongs(node, pod.name()));
    }

    /** Whether this is a node of the pod of this name; the name is the first part of its id, and all names have the same ending. */
    static boolean belongs(Node node, String podName) {
        return node.id().startsWith(podName)
                && (node.id().length() == podName.length()
                        || !Character.isLetterOrDigit(node.id().charAt(podName.length())));
    }

    private static boolean leaving(@Nullable State state) {
        return state == State.EMPTYING || state == State.RETIRED;
    }

    private @Nullable State state(ObservedPod pod) {
        NodeStatus node = snapshot.nodes().get(pod.uid());
        return node == null ? null : node.state();
    }

    private int slots(ObservedPod pod) {
        NodeStatus node = snapshot.nodes().get(pod.uid());
        return node == null ? 0 : node.slots();
    }
}
