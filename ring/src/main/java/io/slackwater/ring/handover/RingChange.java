package io.slackwater.ring.handover;

import io.slackwater.ring.Handover;
import io.slackwater.ring.Node;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.SlotTable;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One step of the {@link Coordinator}: the next ring, and who has to hear of it.
 *
 * @param ring the next ring; of the same epoch as the former one if nothing changes
 * @param entered handovers that are in another phase than before, or new
 * @param done handovers that have ended well, as they were
 * @param listOn sources whose connections have to be listed
 * @param publishOn nodes to publish on; empty for all live ones
 * @param reports what to tell once it is published
 */
record RingChange(
        Ring ring,
        List<Handover> entered,
        List<Handover> done,
        Set<String> listOn,
        Set<String> publishOn,
        List<Report> reports) {
    static final RingChange NONE = new RingChange(
            new Ring(1, 0, List.of(), List.of(), SlotTable.UNASSIGNED, List.of()),
            List.of(),
            List.of(),
            Set.of(),
            Set.of(),
            List.of());

    /** The step of a take-over: the same ring, everybody is told, every open handover is asked for again (rule 9). */
    static RingChange takeOver(Ring ring, Predicate<String> isDead) {
        Set<String> sources = new TreeSet<>();
        for (Handover handover : ring.handovers()) {
            if (!isDead.test(handover.source())) {
                sources.add(handover.source());
            }
        }
        return new RingChange(ring, ring.handovers(), List.of(), sources, Set.of(), List.of());
    }

    /**
     * Whether slots change hands, or are given back, without anybody having been asked before: then those who have just come, and are in no list yet, have to hear of it at
     * once like everybody else.
     */
    boolean isFailure(Ring before) {
        return !ring.dead().equals(before.dead())
                || reports.stream()
                        .anyMatch(report -> report instanceof Report.FailedOver || report instanceof Report.Aborted);
    }

    /**
     * All that can be done next.
     *
     * @param verdicts nodes that are dead and not in the ring's list yet
     * @param aborts handovers to be given up if they are in PREPARE, and why
     * @param requests what is asked for, oldest first; those dealt with are removed
     * @param up nodes that can be reached
     * @param isAnswered whether a handover's phase is over
     * @param isSettling whether books of a node are still being read
     */
    static RingChange next(
            Ring ring,
            HandoverSettings settings,
            Reassignment reassignment,
            Set<String> verdicts,
            Map<Long, String> aborts,
            Deque<CoordinatorEvent> requests,
            Set<String> up,
            Predicate<Handover> isAnswered,
            Predicate<String> isSettling) {
        Draft draft = new Draft(ring);
        draft.bury(verdicts);
        for (Handover handover : ring.handovers()) {
            draft.advance(handover, aborts.get(handover.id()), isAnswered);
        }
        // Nodes first: a newcomer may be needed for the slots of the dead.
        List<CoordinatorEvent> moves = new ArrayList<>();
        while (!requests.isEmpty()) {
            CoordinatorEvent request = requests.removeFirst();
            String refusal = null;
            if (request instanceof CoordinatorEvent.Join join) {
                refusal = draft.join(join.node(), up);
            } else if (request instanceof CoordinatorEvent.Retire retire) {
                refusal = draft.retire(retire.node(), isSettling);
            } else {
                moves.add(request);
            }
            draft.refuse(request, refusal);
        }
        draft.reassign(reassignment);
        for (CoordinatorEvent request : moves) {
            if (request instanceof CoordinatorEvent.Move move) {
                draft.refuse(move, draft.move(move, settings.maxOpen()));
            }
        }
        return draft.finish();
    }

    /** The next ring in the making. */
    private static final class Draft {
        private final Ring before;
        private long epoch;
        private final List<Node> nodes;
        private final List<String> dead;
        private SlotTable table;
        private final List<Handover> handovers = new ArrayList<>();
        private final List<Handover> entered = new ArrayList<>();
        private final List<Handover> done = new ArrayList<>();
        private final Set<String> publishOn = new TreeSet<>();
        private boolean publishOnAll;
        private final List<Report> reports = new ArrayList<>();
        private SlotSet failedOver = SlotSet.EMPTY;

        Draft(Ring ring) {
            before = ring;
            epoch = ring.epoch();
            nodes = new ArrayList<>(ring.nodes());
            dead = new ArrayList<>(ring.dead());
            table = ring.table();
        }

        private void tellAll() {
            epoch++;
            publishOnAll = true;
        }

        void bury(Set<String> verdicts) {
            for (String node : verdicts) {
                if (nodes.removeIf(known -> known.id().equals(node))) {
                    dead.add(node);
                    tellAll();
                }
            }
        }

        void advance(Handover handover, @Nullable String abort, Predicate<Handover> isAnswered) {
            boolean sourceDead = dead.contains(handover.source());
            boolean targetDead = dead.contains(handover.target());
            switch (handover.phase()) {
                case PREPARE -> {
                    if (targetDead) {
                        giveUp(handover, "its target " + handover.target() + " died");
                    } else if (sourceDead) { // its subscribers are on the target, or on their way there
                        tellAll();
                        table = table.with(handover.slots(), handover.target());
                        failedOver = failedOver.union(handover.slots());
                        reports.add(new Report.Aborted(handover, "its source " + handover.source() + " died"));
                    } else if (abort != null) {
                        giveUp(handover, abort);
                    } else {
                        enterIf(isAnswered.test(handover), handover, Phase.COMMIT);
                    }
                }
                case COMMIT -> {
                    if (targetDead) {
                        failOver(handover);
                    } else {
                        enterIf(isAnswered.test(handover), handover, Phase.FENCE);
                    }
                }
                case FENCE -> {
                    if (targetDead) {
                        failOver(handover);
                    } else if (isAnswered.test(handover)) {
                        tellAll();
                        table = table.with(handover.slots(), handover.target());
                        done.add(handover);
                        reports.add(new Report.Done(handover));
                    } else {
                        handovers.add(handover);
                    }
                }
            }
        }

        private void giveUp(Handover handover, String reason) {
            tellAll();
            reports.add(new Report.Aborted(handover, reason));
        }

        // Members publish to the target already: it counts as the owner that died.
        private void failOver(Handover handover) {
            tellAll();
            table = table.with(handover.slots(), handover.target());
            reports.add(new Report.Aborted(handover, "its target " + handover.target() + " died"));
        }

        private void enterIf(boolean answered, Handover handover, Phase phase) {
            if (answered) {
                enter(handover.at(phase, ++epoch));
            } else {
                handovers.add(handover);
            }
        }

        private void enter(Handover handover) {
            handovers.add(handover);
            entered.add(handover);
            reports.add(new Report.Entered(handover));
            if (dead.contains(handover.source())) { // rule 3
                publishOnAll = true;
            } else {
                publishOn.add(handover.source());
            }
        }

        @Nullable
        String join(Node node, Set<String> up) {
            if (nodes.contains(node)) {
                return "it is in the ring already";
            }
            if (nodes.stream().anyMatch(known -> known.id().equals(node.id())) || dead.contains(node.id())) {
                return "the ring knows a node of this id, and an id is never used twice";
            }
            if (nodes.size() >= SlotTable.MAX_NODES) {
                return "the ring has " + nodes.size() + " nodes, the most it can have";
            }
            if (!up.contains(node.id())) {
                return "it cannot be reached";
            }
            tellAll();
            nodes.add(node);
            reports.add(new Report.Joined(node));
            return null;
        }

        @Nullable
        String retire(String node, Predicate<String> isSettling) {
            if (nodes.stream().noneMatch(known -> known.id().equals(node))) {
                return "it is not in the ring";
            }
            if (table.owners().contains(node)) {
                return "it owns " + table.slotsOf(node).size() + " slots";
            }
            if (handovers.stream()
                    .anyMatch(
                            open -> open.source().equals(node) || open.target().equals(node))) {
                return "it takes part in a handover";
            }
            if (isSettling.test(node)
                    || done.stream().anyMatch(just -> just.source().equals(node))) {
                return "its books are still being read";
            }
            tellAll();
            nodes.removeIf(known -> known.id().equals(node));
            reports.add(new Report.Retired(node));
            return null;
        }

        void reassign(Reassignment reassignment) {
            if (nodes.isEmpty() || !table.isAssigned()) {
                return;
            }
            SlotTable loaded = table; // with what is past PREPARE counted for its target
            for (Handover open : handovers) {
                if (dead.contains(open.source())) {
                    loaded = loaded.with(open.slots(), open.target());
                }
            }
            Set<String> lost = new TreeSet<>(dead);
            lost.retainAll(loaded.owners());
            if (!lost.isEmpty()) {
                for (String node : lost) {
                    failedOver = failedOver.union(loaded.slotsOf(node));
                }
                loaded = reassignment.reassign(
                        loaded, lost, nodes.stream().map(Node::id).toList());
                for (Handover open : handovers) {
                    if (dead.contains(open.source())) {
                        loaded = loaded.with(open.slots(), open.source());
                    }
                }
                table = loaded;
                tellAll();
            }
            if (!failedOver.isEmpty()) {
                reports.add(new Report.FailedOver(List.copyOf(dead), failedOver));
            }
        }

        @Nullable
        String move(CoordinatorEvent.Move move, int maxOpen) {
            if (move.source().equals(move.target()) || move.slots().isEmpty()) {
                return "it moves nothing";
            }
            if (handovers.size() >= maxOpen) {
                return handovers.size() + " handovers are open, the most at once";
            }
            for (String node : List.of(move.source(), move.target())) {
                if (nodes.stream().noneMatch(known -> known.id().equals(node))) {
                    return "unknown or dead node " + node;
                }
            }
            if (!move.slots().minus(table.slotsOf(move.source())).isEmpty()) {
                return move.source() + " does not own slots " + move.slots().minus(table.slotsOf(move.source()));
            }
            if (handovers.stream().anyMatch(open -> open.slots().intersects(move.slots()))) {
                return "some of its slots are moving already";
            }
            epoch++;
            enter(new Handover(epoch, move.source(), move.target(), move.slots(), Phase.PREPARE, epoch));
            return null;
        }

        void refuse(CoordinatorEvent request, @Nullable String reason) {
            if (reason != null) {
                reports.add(new Report.Refused(request, reason));
            }
        }

        private boolean isNeeded(String node) {
            return table.owners().contains(node)
                    || handovers.stream()
                            .anyMatch(open ->
                                    open.source().equals(node) || open.target().equals(node));
        }

        RingChange finish() {
            for (int i = 0; i < dead.size() && dead.size() > Ring.MAX_DEAD; ) {
                if (isNeeded(dead.get(i))) {
                    i++;
                } else {
                    dead.remove(i);
                }
            }
            Set<String> listOn = new TreeSet<>();
            entered.forEach(handover -> {
                if (!dead.contains(handover.source())) {
                    listOn.add(handover.source());
                }
            });
            Ring next =
                    epoch == before.epoch() ? before : new Ring(epoch, before.term(), nodes, dead, table, handovers);
            return new RingChange(next, entered, done, listOn, publishOnAll ? Set.of() : publishOn, reports);
        }
    }
}
