package io.slackwater.operator.coordination;

import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotLoad;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that the next step depends on.
 *
 * @param ring in force
 * @param wish what is wanted
 * @param reachable id of the node that answers, by uid of its pod; dead ones are not in here
 * @param refused uids of pods whose server can never be a node as it is
 * @param unreachable ids of nodes of the ring that this process cannot reach and that are not known to be dead
 * @param patient whether to wait for pods that are not ready yet rather than begin without them
 * @param pace how much may be in progress
 * @param mayMove whether the rate allows another batch
 * @param bystanders connections that use channels and do not follow the ring, a phrase by the node they are on; empty when they are passed over
 * @param load what each slot has to carry
 * @param goal what is being worked towards, null when nothing was planned yet
 * @param earlier a goal that a predecessor left behind, null when none is known
 */
record Situation(
        Ring ring,
        Wish wish,
        Map<String, String> reachable,
        Set<String> refused,
        Set<String> unreachable,
        boolean patient,
        MovePace.Allowance pace,
        boolean mayMove,
        Map<String, String> bystanders,
        SlotLoad load,
        @Nullable Goal goal,
        @Nullable Goal earlier) {}
