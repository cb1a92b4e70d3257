package io.slackwater.operator.coordination;

import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.Batch;
import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotLoad;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.handover.CoordinatorEvent;
import io.slackwater.ring.handover.CoordinatorEvent.Abort;
import io.slackwater.ring.handover.CoordinatorEvent.Join;
import io.slackwater.ring.handover.CoordinatorEvent.Move;
import io.slackwater.ring.handover.CoordinatorEvent.Retire;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What to ask of the state machine next, while it is idle: a pure function of the {@link Situation}. In this order: give
 * up what does not fit the wish any more, let nodes join, move slots, let empty nodes go.
 *
 * @param requests what to ask for now, in this order; may be empty
 * @param waiting what is waited for, one sentence; empty when nothing is
 * @param goal what is worked towards from now on; null when nothing is
 * @param slotsLeft slots that are still to be moved and not in an open handover
 */
record NextStep(
        List<CoordinatorEvent> requests,
        String waiting,
        @Nullable Goal goal,
        int slotsLeft) {

    static NextStep of(Situation now) {
        Ring ring = now.ring();
        if (!now.unreachable().isEmpty()) {
            return new NextStep(
                    List.of(),
                    "cannot reach " + String.join(", ", now.unreachable())
                            + ", which is not known to be dead: nothing is moved until it answers or is gone",
                    now.goal(),
                    left(now.goal(), now));
        }
        Set<String> wanted = new LinkedHashSet<>();
        Set<String> stragglers = new LinkedHashSet<>();
        sort(now, wanted, stragglers);
        if (wanted.isEmpty()) {
            return new NextStep(List.of(), "no pod is ready to own slots", now.goal(), 0);
        }
        for (Handover open : ring.handovers()) {
            if (open.phase() == Phase.PREPARE && !wanted.contains(open.target())) {
                Abort abort = new Abort(open.id(), open.target() + " shall own no slots any more");
                return new NextStep(List.of(abort), "", now.goal(), left(now.goal(), now));
            }
        }
        if (!now.wish().held().isEmpty()) {
            return held(now, wanted);
        }
        List<CoordinatorEvent> joins = joins(now, wanted);
        if (!joins.isEmpty()) {
            return new NextStep(joins, "", now.goal(), left(now.goal(), now));
        }
        SlotTable then = whenDone(ring);
        Goal goal = goal(now, wanted, then);
        if (now.patient() && !stragglers.isEmpty() && !goal.equals(now.goal())) {
            return new NextStep(
                    List.of(), "waiting for " + String.join(", ", stragglers) + " to be ready", now.goal(), 0);
        }
        // What a node has that was asked to go comes first and at full pace: its grace period does not wait for slow
        // members.
        Set<String> leaving = leaving(now, then);
        boolean urgent = !leaving.isEmpty();
        List<Batch> batches = goal.remaining(
                then, urgent ? now.wish().slotsPerBatch() : now.pace().slotsPerBatch());
        int left = batches.stream().mapToInt(batch -> batch.slots().size()).sum();
        List<Batch> free = batches.stream()
                .filter(batch -> urgent
                        ? leaving.contains(batch.source())
                        : !now.bystanders().containsKey(batch.source()))
                .toList();
        if (free.isEmpty() && left > 0) {
            return new NextStep(List.of(), blocked(now, batches.getFirst().source()), goal, left);
        }
        int open = urgent ? now.wish().handover().maxOpen() : now.pace().open();
        List<CoordinatorEvent> moves = moves(now, free, open);
        if (!moves.isEmpty() && !now.mayMove() && !urgent) {
            return new NextStep(List.of(), "the rate limit of subscriptionsPerSecond", goal, left);
        }
        List<CoordinatorEvent> requests = moves.isEmpty() ? retirements(now, wanted, goal) : moves;
        return new NextStep(requests, waitingFor(now, stragglers, left), goal, left);
    }

    /**
     * While moves are held: nothing but what empties the nodes of pods that were asked to go, since those end when their grace
     * period is over. What they own goes to the nodes that stay, by the shortest way.
     */
    private static NextStep held(Situation now, Set<String> wanted) {
        String sentence = now.wish().held();
        SlotTable then = whenDone(now.ring());
        Set<String> leaving = leaving(now, then);
        Goal goal = now.wish().abandoned() ? null : now.goal();
        int left = left(goal, now);
        List<CoordinatorEvent> joins = joins(now, wanted); // they move nothing, and can be heirs
        if (!joins.isEmpty()) {
            return new NextStep(joins, sentence, goal, left);
        }
        if (leaving.isEmpty()) {
            return new NextStep(retirementsWhileHeld(now, wanted, then), sentence, goal, left);
        }
        List<Batch> urgent = Goal.plan(then, wanted, Set.of(), now.wish(), now.load())
                .remaining(then, now.wish().slotsPerBatch())
                .stream()
                .filter(batch -> leaving.contains(batch.source()))
                .toList();
        return new NextStep(moves(now, urgent, now.wish().handover().maxOpen()), sentence, goal, left);
    }

    private static String blocked(Situation now, String node) {
        return "node " + node + " has a client that does not follow the ring: "
                + now.bystanders().get(node) + "; its slots stay until it has gone, or migration.nonMembers is Proceed";
    }

    /** Empty nodes of pods that were asked to go, and once what was begun is given up all that own nothing and are not wanted. */
    private static List<CoordinatorEvent> retirementsWhileHeld(Situation now, Set<String> wanted, SlotTable then) {
        Set<String> going = now.wish().pods().stream()
                .filter(pod -> pod.terminating() || now.wish().abandoned())
                .map(pod -> now.reachable().getOrDefault(pod.uid(), ""))
                .collect(Collectors.toSet());
        Goal still = new Goal(wanted, now.wish().planner(), now.wish().rebalance(), then);
        return retirements(now, wanted, still).stream()
                .filter(request -> request instanceof Retire retire && going.contains(retire.node()))
                .toList();
    }

    /** Nodes that own slots and whose pods were asked to go and still run. */
    private static Set<String> leaving(Situation now, SlotTable then) {
        Set<String> leaving = new HashSet<>();
        for (Pod pod : now.wish().pods()) {
            String id = now.reachable().get(pod.uid());
            if (id != null && pod.terminating() && !pod.gone() && then.owners().contains(id)) {
                leaving.add(id);
            }
        }
        return leaving;
    }

    /** Who owns what once the open handovers are done. */
    static SlotTable whenDone(Ring ring) {
        SlotTable table = ring.table();
        for (Handover open : ring.handovers()) {
            table = table.with(open.slots(), open.target());
        }
        return table;
    }

    private static void sort(Situation now, Set<String> wanted, Set<String> stragglers) {
        List<String> owning = now.ring().table().owners();
        for (Pod pod : now.wish().pods()) {
            if (!now.wish().owners().contains(pod.uid())
                    || pod.terminating()
                    || pod.gone()
                    || now.refused().contains(pod.uid())) {
                continue;
            }
            String id = now.reachable().get(pod.uid());
            // An owner that answers stays one while its pod is not ready for a moment: emptying it would be no help.
            if (id != null && (pod.ready() || owning.contains(id))) {
                wanted.add(id);
            } else {
                stragglers.add(pod.name());
            }
        }
    }

    private static Goal goal(Situation now, Set<String> wanted, SlotTable then) {
        Goal goal = now.goal();
        if (goal != null
                && goal.wanted().equals(wanted)
                && goal.settings().equals(now.wish().planner())) {
            return goal.rebalance() < now.wish().rebalance()
                    ? Goal.rebalance(then, wanted, now.wish(), now.load())
                    : goal;
        }
        Goal earlier = now.earlier();
        if (goal == null && earlier != null && earlier.wanted().equals(wanted)) {
            return new Goal(wanted, now.wish().planner(), now.wish().rebalance(), earlier.target());
        }
        Set<String> filling = new HashSet<>();
        if (goal != null) {
            filling.addAll(goal.unfilled(then));
        } else if (earlier != null) {
            filling.addAll(earlier.unfilled(then));
        } else {
            filling.addAll(halfFilled(then, now.load()));
        }
        return Goal.plan(then, wanted, filling, now.wish(), now.load());
    }

    /** Nodes that a predecessor had begun to fill and of whose goal nothing is known: far below the mean both in slots and in load. */
    private static Set<String> halfFilled(SlotTable then, SlotLoad load) {
        Map<String, Integer> slots = then.slotsPerNode();
        Set<String> few = new HashSet<>();
        load.perNode(then).forEach((node, carried) -> {
            if (Goal.few(slots.getOrDefault(node, 0), slots.size()) && 2.0 * carried * slots.size() < load.total()) {
                few.add(node);
            }
        });
        return few;
    }

    private static List<CoordinatorEvent> joins(Situation now, Set<String> wanted) {
        List<CoordinatorEvent> joins = new ArrayList<>();
        for (Pod pod : now.wish().pods()) {
            String id = now.reachable().get(pod.uid());
            if (id != null && wanted.contains(id) && now.ring().node(id) == null) {
                joins.add(new Join(new Node(id, pod.tlsName(), List.of(new Node.Address(pod.host(), pod.port())))));
            }
        }
        return joins;
    }

    /** The first batches, as many as may be open, less the slots that are moving already: those go on from where they arrive. */
    private static List<CoordinatorEvent> moves(Situation now, List<Batch> batches, int open) {
        Ring ring = now.ring();
        int room = open - ring.handovers().size();
        SlotSet moving = ring.handovers().stream().map(Handover::slots).reduce(SlotSet.EMPTY, SlotSet::union);
        List<CoordinatorEvent> moves = new ArrayList<>();
        for (Batch batch : batches) {
            SlotSet free = batch.slots().minus(moving);
            if (moves.size() >= room) {
                break;
            }
            if (!free.isEmpty() && ring.node(batch.target()) != null && ring.node(batch.source()) != null) {
                moves.add(new Move(batch.source(), batch.target(), free));
            }
        }
        return moves;
    }

    private static List<CoordinatorEvent> retirements(Situation now, Set<String> wanted, Goal goal) {
        Ring ring = now.ring();
        Set<String> busy = new HashSet<>(ring.table().owners());
        busy.addAll(goal.target().owners());
        ring.handovers().forEach(open -> {
            busy.add(open.source());
            busy.add(open.target());
        });
        // A pod that is to own slots and is not ready stays: it would only have to join again.
        Set<String> staying = now.wish().pods().stream()
                .filter(pod -> now.wish().owners().contains(pod.uid()) && !pod.terminating() && !pod.gone())
                .map(pod -> now.reachable().getOrDefault(pod.uid(), ""))
                .collect(Collectors.toSet());
        List<CoordinatorEvent> retirements = new ArrayList<>();
        for (Node node : ring.nodes()) {
            String id = node.id();
            if (!busy.contains(id) && !wanted.contains(id) && !staying.contains(id)) {
                retirements.add(new Retire(id));
            }
        }
        return retirements;
    }

    private static int left(@Nullable Goal goal, Situation now) {
        if (goal == null) {
            return 0;
        }
        return goal.remaining(whenDone(now.ring()), now.wish().slotsPerBatch()).stream()
                .mapToInt(batch -> batch.slots().size())
                .sum();
    }

    private static String waitingFor(Situation now, Set<String> stragglers, int left) {
        return left == 0 && now.ring().handovers().isEmpty() && !stragglers.isEmpty()
                ? "waiting for " + String.join(", ", stragglers) + " to be ready"
                : "";
    }
}
