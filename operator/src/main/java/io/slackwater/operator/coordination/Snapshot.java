package io.slackwater.operator.coordination;

import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.Report.Verdict;
import io.slackwater.ring.load.LoadBoard.Load;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a cluster stands.
 *
 * @param at when this was taken
 * @param ring the ring in force, null before the first
 * @param leading whether this coordinator has taken over and is not deposed
 * @param nodes by uid of the pod; the nodes of all pods of the last wish
 * @param migration the move in progress, null when none is
 * @param lastMigration the last move that ended, null when none has since this coordinator started
 * @param members how many members are connected, over all nodes
 * @param waiting what it waits for, one sentence; empty when nothing is waited for
 * @param cutOff ids of nodes that this process cannot reach and that are not known to be dead
 * @param skewPercent the busiest node's share of slots over the mean, in percent; 100 is even
 * @param rest what has been reached, so that nothing is left to be moved; null while something is, or not known
 * @param measured what was measured of the nodes
 * @param notices what happened since start, oldest first, at most 256 and numbered without gaps: for Kubernetes events
 */
public record Snapshot(
        Instant at,
        @Nullable Ring ring,
        boolean leading,
        Map<String, NodeStatus> nodes,
        @Nullable Migration migration,
        @Nullable Migration lastMigration,
        int members,
        String waiting,
        List<String> cutOff,
        int skewPercent,
        @Nullable Rest rest,
        Measurements measured,
        List<Notice> notices) {
    /** Whether nobody is there to be spoken to in this pod: its node was declared dead, and does not answer. */
    public boolean silent(String podUid) {
        NodeStatus node = nodes.get(podUid);
        return node != null && node.death() != null && !node.death().answers();
    }

    /** The busiest node's share of the load that members reported, over the mean, in percent; 100 is even, and when nothing is known. */
    public int loadSkewPercent() {
        return SnapshotBuilder.skewPercent(ring, measured.slots().slots());
    }

    /**
     * What was measured, each by the id of a node.
     *
     * @param load what it has to do; one that has not been measured twice is absent
     * @param subscriptions channels that members are subscribed to there
     * @param nonMembers connections that use channels and do not follow the ring, a phrase
     * @param slots what members reported, not by node but by slot
     */
    public record Measurements(
            Map<String, NodeLoad> load, Map<String, Long> subscriptions, Map<String, String> nonMembers, Load slots) {
        /** Nothing was. */
        public static final Measurements NONE = new Measurements(Map.of(), Map.of(), Map.of(), Load.NONE);

        public Measurements {
            load = Map.copyOf(load);
            subscriptions = Map.copyOf(subscriptions);
            nonMembers = Map.copyOf(nonMembers);
        }
    }

    /**
     * A wish for which nothing is left to be moved.
     *
     * @param owners uids of the pods that own the slots
     * @param planner how they are spread
     * @param rebalance see {@link Wish#rebalance}
     */
    public record Rest(Set<String> owners, PlannerSettings planner, int rebalance) {
        public Rest {
            owners = Set.copyOf(owners);
        }
    }

    /**
     * What a node had to do in the last seconds.
     *
     * @param messagesPerSecond publishes a second
     * @param utilizationPercent how busy the thread is that does all the work; 100 is a whole processor
     */
    public record NodeLoad(double messagesPerSecond, double utilizationPercent) {}

    /**
     * The node of a pod.
     *
     * @param nodeId its id in the ring, empty while it is not known
     * @param state what it is doing
     * @param slots how many it owns
     * @param members how many members are connected to it
     * @param reason why it is in this state, one sentence; may be empty
     * @param death of the process last seen in the pod; null while it was not declared dead
     */
    public record NodeStatus(
            String nodeId,
            State state,
            int slots,
            int members,
            String reason,
            @Nullable Death death) {
        public NodeStatus(String nodeId, State state, int slots, int members, String reason) {
            this(nodeId, state, slots, members, reason, null);
        }
    }

    /**
     * A node that was declared dead stays so, whatever becomes of its process.
     *
     * @param seenAt when this coordinator saw that first
     * @param answers whether the process is there all the same, as after a partition
     */
    public record Death(Instant seenAt, boolean answers) {}

    /** What a node is doing. */
    public enum State {
        /** Not reached yet. */
        STARTING,
        /** Will never join as it is: too old, a command is missing, wrong credentials. */
        REFUSED,
        /** In the ring, owns nothing. */
        JOINED,
        /** Owns slots. */
        SERVING,
        /** Owns slots and shall own none. */
        EMPTYING,
        /** Not in the ring any more, alive. */
        RETIRED,
        /** Declared dead. */
        DEAD
    }

    /**
     * A planned move of slots, from the first handover to the last.
     *
     * @param reason ScaleOut, ScaleIn, Upgrade, Rebalance or NodeReplacement; Resumed after a take-over until that is known
     * @param slotsTotal slots to be moved, with those already moved; grows or shrinks when the wish changes midway
     * @param slotsMoved slots whose handover is done
     * @param handoversDone handovers that are done
     * @param handoversOpen handovers in progress
     * @param startedAt of the first handover
     * @param endedAt null while in progress
     * @param eta estimated from the rate so far; null while unknown
     * @param current for example {@code a → b COMMIT}; empty between batches
     * @param longestFence the longest time from a COMMIT to its FENCE's last ack so far
     * @param books the verdicts of all its handovers so far, summed; null before the first
     * @param membersFenced members fenced off so far
     */
    public record Migration(
            String reason,
            int slotsTotal,
            int slotsMoved,
            int handoversDone,
            int handoversOpen,
            Instant startedAt,
            @Nullable Instant endedAt,
            @Nullable Duration eta,
            String current,
            Duration longestFence,
            @Nullable Verdict books,
            int membersFenced) {}

    /**
     * Something that happened.
     *
     * @param number counts from 1
     * @param warning whether a person should look
     * @param reason CamelCase, for example FailedOver
     * @param message one sentence
     */
    public record Notice(long number, Instant at, boolean warning, String reason, String message) {}
}
