package io.slackwater.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.slackwater.crds.PubSubClusterSpec;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Snapshot.Migration;
import io.slackwater.operator.coordination.Snapshot.NodeStatus;
import io.slackwater.operator.coordination.Snapshot.State;
import io.slackwater.operator.migration.LoadWatch.Findings;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.UpgradeProgress;
import io.slackwater.operator.nodes.Wanted;
import io.slackwater.ring.Slots;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster is, in words.
 *
 * @param owned slots owned by nodes of pods that are ready
 * @param serving nodes that own slots
 * @param leaving pods that are there and shall go, or are too many
 * @param upgrade how far an upgrade is
 * @param troubles what a person should look at, one sentence each
 * @param waiting what the next planned change waits for; empty when none does
 */
record Health(
        PubSubClusterSpec spec,
        Snapshot snapshot,
        int owned,
        int serving,
        int leaving,
        UpgradeProgress upgrade,
        List<String> troubles,
        String waiting,
        Findings load) {
    static final String UPGRADING = "Upgrading";

    /** Reason of {@link #UPGRADING}: nodes are being replaced, or wait for their turn. */
    static final String REPLACING = "Replacing";

    /** Reason of {@link #UPGRADING}: it does not go on by itself. */
    static final String STOPPED = "Stopped";

    /** A restart or two may happen; from here on it is a pattern. */
    private static final int MANY_RESTARTS = 3;

    private static final int LONGEST_NAME = 100;

    static Health of(
            PubSubClusterSpec spec,
            List<ObservedPod> pods,
            Snapshot snapshot,
            String held,
            StatusReport.Change change,
            Instant now) {
        int owned = 0;
        int serving = 0;
        int leaving = 0;
        List<String> troubles = new ArrayList<>();
        for (ObservedPod pod : pods) {
            NodeStatus node = snapshot.nodes().get(pod.uid());
            int slots = node == null ? 0 : node.slots();
            serving += slots > 0 ? 1 : 0;
            owned += pod.ready() ? slots : 0;
            leaving += isLeaving(pod, node) ? 1 : 0;
            if (node != null && node.state() == State.REFUSED) {
                troubles.add(pod.name() + " is refused: " + node.reason());
            } else if (!pod.trouble().isEmpty()) {
                troubles.add(pod.trouble());
            } else if (slots > 0 && !pod.ready() && !pod.terminating()) {
                troubles.add(pod.name() + " owns " + slots + " slots and is not ready");
            } else if (pod.restarts() >= MANY_RESTARTS && !pod.ready()) {
                troubles.add(pod.name() + " was restarted " + pod.restarts() + " times");
            }
        }
        if (!snapshot.cutOff().isEmpty()) {
            troubles.add("the operator cannot reach " + String.join(", ", snapshot.cutOff())
                    + ", which is not known to be dead: nothing is moved until it answers or is gone");
        }
        if (!held.isEmpty()) {
            troubles.add(held);
        }
        UpgradeProgress upgrade = UpgradeProgress.of(Wanted.of(spec), pods, snapshot, now);
        if (!upgrade.stopped().isEmpty()) {
            troubles.addFirst(upgrade.stopped());
        }
        return new Health(
                spec,
                snapshot,
                owned,
                serving,
                leaving,
                upgrade,
                List.copyOf(troubles),
                change.waiting(),
                change.load());
    }

    /** What was declared dead has left, however long its object stays: until its machine is back, maybe. */
    private static boolean isLeaving(ObservedPod pod, @Nullable NodeStatus node) {
        return node == null
                ? pod.terminating()
                : node.state() == State.EMPTYING || pod.terminating() && node.state() != State.DEAD;
    }

    /** The most important thing first. */
    String message() {
        Migration move = snapshot.migration();
        if (snapshot.ring() == null) {
            return waitingOr("waiting for the first " + spec.replicas() + " nodes");
        }
        if (!ready()) {
            return troubles.isEmpty() ? notReady() : troubles.getFirst();
        }
        if (move != null) {
            return (upgrade.running() ? upgraded() + "; " : "") + move.reason() + ": " + Migrations.progress(move)
                    + (move.eta() == null ? "" : ", " + Migrations.duration(move.eta()) + " left")
                    + (snapshot.waiting().isEmpty() ? "" : "; waiting: " + snapshot.waiting());
        }
        if (!troubles.isEmpty()) {
            return troubles.getFirst();
        }
        if (!waiting.isEmpty()) {
            return serving + " nodes serve, " + spec.replicas() + " are asked for; " + waiting;
        }
        if (upgrade.running()) {
            return waitingOr(upgraded());
        }
        return waitingOr(settled() ? serving + " nodes serve" : serving + " of " + spec.replicas() + " nodes serve");
    }

    List<Condition> conditions(Conditions into) {
        Migration move = snapshot.migration();
        // Slots that were placed by load are uneven in number, and stay so: what counts is that nothing is left to be
        // moved.
        boolean placed =
                snapshot.rest() != null || snapshot.skewPercent() <= spec.ring().maxLoadPercent();
        boolean balanced = settled() && placed && even();
        return into.with(
                        "Ready",
                        ready(),
                        ready() ? "AllSlotsServed" : snapshot.ring() == null ? "NoRing" : "SlotsUnserved",
                        ready() ? "every slot is owned by a node that is ready" : notReady())
                .with(
                        "Balanced",
                        balanced,
                        balanced ? "Even" : move != null ? "Moving" : even() ? "Waiting" : uneven().reason,
                        balanced
                                ? "the busiest node has at most " + spec.ring().maxLoadPercent() + " % of the mean"
                                : move != null
                                        ? "slots are being moved: " + move.reason()
                                        : !even()
                                                ? uneven().sentence
                                                : !waiting.isEmpty()
                                                        ? waiting
                                                        : waitingOr(serving + " nodes own slots, " + spec.replicas()
                                                                + " are wanted"))
                .with(
                        "Migrating",
                        move != null,
                        move == null ? "Idle" : move.reason(),
                        move == null
                                ? "no slot is being moved"
                                : snapshot.waiting().isEmpty()
                                        ? "slots are being moved"
                                        : "waiting: " + snapshot.waiting())
                .with(
                        UPGRADING,
                        upgrade.running(),
                        !upgrade.running() ? "UpToDate" : upgrade.stopped().isEmpty() ? REPLACING : STOPPED,
                        upgrade.running()
                                ? upgraded() + (upgrade.stopped().isEmpty() ? "" : "; " + upgrade.stopped())
                                : "all nodes are of revision " + upgrade.revision())
                .with(
                        "Degraded",
                        !troubles.isEmpty(),
                        troubles.isEmpty() ? "AsExpected" : "NeedsAttention",
                        troubles.isEmpty() ? "nothing needs attention" : String.join("; ", troubles))
                .toList();
    }

    /** Whether nobody has been too busy for long; without numbers, which would change with every look. */
    private boolean even() {
        return !load.due() && load.hotChannel() == null;
    }

    private record Uneven(String reason, String sentence) {}

    private Uneven uneven() {
        String hot = load.hotChannel();
        if (hot != null) {
            return new Uneven(
                    "HotChannel",
                    "channel " + quoted(hot)
                            + " alone carries more than a node's share of all deliveries: no move can even that"
                            + " out; split it into several channels, or give the nodes more CPU");
        }
        return new Uneven(
                "Skewed",
                "the busiest node carries more than " + spec.ring().maxLoadPercent() + " % of the mean load"
                        + (waiting.isEmpty() ? ": moving slots away from it is proposed" : "; " + waiting));
    }

    /** Names are other people's input. */
    private static String quoted(String channel) {
        String shown = channel.length() <= LONGEST_NAME ? channel : channel.substring(0, LONGEST_NAME - 1) + "…";
        return '"' + shown.replaceAll("\\p{Cntrl}", "?") + '"';
    }

    private String upgraded() {
        return "Upgrade: " + upgrade.words();
    }

    private boolean ready() {
        return snapshot.ring() != null && owned == Slots.COUNT;
    }

    private boolean settled() {
        return ready()
                && waiting.isEmpty()
                && snapshot.migration() == null
                && serving == spec.replicas()
                && leaving == 0;
    }

    private String notReady() {
        return snapshot.ring() == null
                ? waitingOr("no ring yet: waiting for " + spec.replicas() + " nodes to be ready")
                : owned + " of " + Slots.COUNT + " slots are owned by nodes that are ready";
    }

    private String waitingOr(String otherwise) {
        String waiting = Objects.requireNonNull(snapshot.waiting());
        return waiting.isEmpty() ? otherwise : "waiting: " + waiting;
    }
}
