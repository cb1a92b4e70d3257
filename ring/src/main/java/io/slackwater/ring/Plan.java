package io.slackwater.ring;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the planner proposes, and what it costs.
 *
 * <p>Skew is the highest load of any wanted node in percent of its fair share (100: perfectly even), where fair is the load of all slots
 * divided by weight. It counts what nodes own: a newcomer that owns nothing yet, or slots of a node that is
 * going, already count against the rest in {@code skewBefore}.
 *
 * @param result the slot table once all moves are done
 * @param moves by ascending slot; empty for the first assignment, when there is nobody to take slots from
 * @param skewBefore in percent; 0 if no wanted node owns a slot
 * @param skewAfter in percent
 * @param subscriptionsMoved subscriptions that exist in the slots that move
 * @param deliveriesMoved deliveries measured in the slots that move
 */
public record Plan(
        SlotTable result,
        List<Move> moves,
        double skewBefore,
        double skewAfter,
        long subscriptionsMoved,
        long deliveriesMoved) {
    public Plan {
        moves = List.copyOf(moves);
    }

    /**
     * The moves in batches of one source and one target, in the order in which they are best run: batches that follow
     * each other have different sources and different targets as far as possible, so that some can run at the same time. The same plan gives the same batches.
     *
     * @param maxSlotsPerBatch at least 1
     */
    public List<Batch> batches(int maxSlotsPerBatch) {
        if (maxSlotsPerBatch < 1) {
            throw new IllegalArgumentException("batches of " + maxSlotsPerBatch + " slots: must be at least 1");
        }
        Map<List<String>, List<Integer>> slotsOfPair = new TreeMap<>(
                Comparator.<List<String>, String>comparing(List::getFirst).thenComparing(List::getLast));
        for (Move move : moves) {
            slotsOfPair
                    .computeIfAbsent(List.of(move.from(), move.to()), pair -> new ArrayList<>())
                    .add(move.slot());
        }
        List<Deque<Batch>> waiting = new ArrayList<>();
        slotsOfPair.forEach((pair, slots) -> waiting.add(cut(pair, slots, maxSlotsPerBatch)));
        // The longest first, so that no pair is left to run alone at the end; the sort is stable.
        waiting.sort(Comparator.comparingInt(list -> -list.size()));
        return interleave(waiting);
    }

    private static Deque<Batch> cut(List<String> pair, List<Integer> slots, int max) {
        Deque<Batch> batches = new ArrayDeque<>();
        for (int from = 0; from < slots.size(); from += max) {
            SlotSet part = SlotSet.of(slots.subList(from, Math.min(slots.size(), from + max)));
            batches.add(new Batch(pair.getFirst(), pair.getLast(), part));
        }
        return batches;
    }

    /** Rounds in each of which a node is source at most once, and target at most once. */
    private static List<Batch> interleave(List<Deque<Batch>> waiting) {
        List<Batch> order = new ArrayList<>();
        while (!waiting.isEmpty()) {
            Set<String> sources = new HashSet<>();
            Set<String> targets = new HashSet<>();
            List<Deque<Batch>> passedOver = new ArrayList<>();
            List<Deque<Batch>> served = new ArrayList<>();
            for (Deque<Batch> pair : waiting) {
                Batch next = pair.getFirst();
                if (sources.contains(next.source()) || targets.contains(next.target())) {
                    passedOver.add(pair);
                    continue;
                }
                sources.add(next.source());
                targets.add(next.target());
                order.add(pair.removeFirst());
                if (!pair.isEmpty()) {
                    served.add(pair);
                }
            }
            passedOver.addAll(served); // who had to wait goes first in the next round
            waiting = passedOver;
        }
        return order;
    }
}
