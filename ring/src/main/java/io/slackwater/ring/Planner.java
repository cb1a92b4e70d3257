package io.slackwater.ring;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Who should own which slot, as a pure function of who owns it now, the nodes that are wanted, and the load.
 *
 * <p>A node's <em>fair share</em> of anything is that of its weight in the weights of all wanted nodes; its <em>bound</em> is {@code
 * maxLoadPercent} of its fair share of the {@linkplain SlotLoad load}.
 *
 * <ul>
 *   <li><b>First assignment.</b> Heaviest slot first, each goes to the first virtual node clockwise whose node has room under its bound
 *       (consistent hashing with bounded loads: Mirrokni, Thorup, Zadimoghaddam, 2018).
 *   <li><b>Removal.</b> Exactly the slots of nodes that are no longer wanted move, in the same way, so that no heir is
 *       pushed above its bound and nothing cascades. Room is certain for every slot that is not heavier than {@code maxLoadPercent - 100} percent of the
 *       mean load of a node. A heavier one, up to a single slot that exceeds the bound by itself, may find none:
 *       it goes where the load relative to the weight will be least, and {@link Plan#skewAfter} tells. A survivor that was above its bound before is given nothing while others have room.
 *   <li><b>Addition.</b> A newcomer, a wanted node that owns nothing, gets its fair share <em>of slots</em>, rounded down, and at least one:
 *       the least that makes it an equal. Slots move only from older nodes to newcomers. The most loaded give most, each no more than it has above the common level;
 *       which ones they give is chosen so that the newcomer also gets its fair share <em>of the load</em>, with the fewest
 *       subscriptions ({@link Donations}). It gets fewer slots only where more would break its bound.
 *   <li><b>Both at once.</b> Slots that have to move anyway fill the newcomers first; only what is then missing is taken from older nodes. If they fit,
 *       as many slots move as the larger of the two needs; never more than both together.
 *   <li>A change of weight alone moves nothing, and planning again what is already so moves nothing. A change of the load moves
 *       nothing either until it is asked for: {@link #rebalance}.
 * </ul>
 *
 * All methods are safe for use by many threads, and give the same result for the same input.
 */
public final class Planner {
    private Planner() {}

    /**
     * The plan that makes {@code wanted} the owners of all slots.
     *
     * @param current who owns the slots now; {@link SlotTable#UNASSIGNED} before the first plan
     * @param wanted 1 to 127 nodes with different ids
     * @param load {@link SlotLoad#UNIFORM} if nothing has been measured
     * @throws IllegalArgumentException no node, too many, or one twice
     */
    public static Plan plan(SlotTable current, List<PlannedNode> wanted, SlotLoad load, PlannerSettings settings) {
        check(wanted);
        Assignment assignment = new Assignment(current, wanted, load, settings);
        double before = assignment.skew();
        boolean[] newcomer = newcomers(assignment, current.isAssigned());
        place(assignment, load, slot -> !assignment.hasOwner(slot), newcomer);
        Donations.fill(assignment, load, current.isAssigned() ? newcomer : newcomers(assignment, true));
        return assignment.toPlan(before);
    }

    /**
     * The plan that takes nodes above the bound back under it, because the load has changed and not the nodes. Empty while none is above it. A node that
     * nothing can relieve, because one of its slots alone is too heavy for any other, stays above it, and {@link Plan#skewAfter} tells.
     *
     * @param wanted the nodes that own the slots, 1 to 127 with different ids; slots of others stay where they are
     * @throws IllegalArgumentException no node, too many, or one twice
     */
    public static Plan rebalance(SlotTable current, List<PlannedNode> wanted, SlotLoad load, PlannerSettings settings) {
        check(wanted);
        Assignment assignment = new Assignment(current, wanted, load, settings);
        double before = assignment.skew();
        Leveling.run(assignment, load, settings.maxLoadPercent());
        return assignment.toPlan(before);
    }

    /**
     * The plan for a node that died: exactly its slots go to the survivors, as in a removal. A survivor that owns nothing
     * may get some of them, and nothing else; a slot of any other node that is not a survivor stays where it is.
     *
     * @param survivors 1 to 127 nodes with different ids, without the dead one
     * @throws IllegalArgumentException no survivor, too many, one twice, or the dead one among them
     */
    public static Plan failover(
            SlotTable current, String dead, List<PlannedNode> survivors, SlotLoad load, PlannerSettings settings) {
        check(survivors);
        if (!current.isAssigned()) {
            throw new IllegalArgumentException("node " + dead + " is dead, but no slot is assigned yet: plan first");
        }
        if (survivors.stream().anyMatch(node -> node.id().equals(dead))) {
            throw new IllegalArgumentException("node " + dead + " is dead and cannot be a survivor too");
        }
        Assignment assignment = new Assignment(current, survivors, load, settings);
        double before = assignment.skew();
        place(assignment, load, slot -> dead.equals(current.owner(slot)), new boolean[survivors.size()]);
        return assignment.toPlan(before);
    }

    /**
     * The table after these moves, for moves that were planned earlier or elsewhere.
     *
     * @param nodes ids of the nodes that exist
     * @throws IllegalArgumentException a move names a node that does not exist, a slot that its source does not own, or a slot twice
     */
    public static SlotTable apply(SlotTable current, Collection<Move> moves, Set<String> nodes) {
        String[] owners = current.toArray();
        Set<Integer> seen = new HashSet<>();
        for (Move move : moves) {
            if (!nodes.contains(move.to()) || !nodes.contains(move.from())) {
                String unknown = nodes.contains(move.to()) ? move.from() : move.to();
                throw new IllegalArgumentException("slot " + move.slot() + " moves from " + move.from() + " to "
                        + move.to() + ": there is no node " + unknown);
            }
            if (!seen.add(move.slot())) {
                throw new IllegalArgumentException("slot " + move.slot() + " is moved twice");
            }
            if (!owners[move.slot()].equals(move.from())) {
                throw new IllegalArgumentException("slot " + move.slot() + " moves from " + move.from()
                        + ", but belongs to " + owners[move.slot()]);
            }
            owners[move.slot()] = move.to();
        }
        return SlotTable.of(owners);
    }

    private static void check(List<PlannedNode> nodes) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("a plan needs at least one node to give the slots to");
        }
        if (nodes.size() > SlotTable.MAX_NODES) {
            throw new IllegalArgumentException(
                    "a plan for " + nodes.size() + " nodes: at most " + SlotTable.MAX_NODES + " can own slots");
        }
        Set<String> ids = new HashSet<>();
        for (PlannedNode node : nodes) {
            if (!ids.add(node.id())) {
                throw new IllegalArgumentException("node " + node.id() + " is wanted twice");
            }
        }
    }

    private static boolean[] newcomers(Assignment assignment, boolean assigned) {
        boolean[] newcomer = new boolean[assignment.nodes()];
        for (int node = 0; node < newcomer.length; node++) {
            newcomer[node] = assigned && assignment.count(node) == 0;
        }
        return newcomer;
    }

    /** Finds an owner for slots that have none: newcomers up to their share first, then whoever has room, then the least loaded. */
    private static void place(Assignment to, SlotLoad load, IntPredicate which, boolean[] newcomer) {
        int[] slots = IntStream.range(0, Slots.COUNT)
                .filter(which)
                .boxed()
                .sorted((a, b) -> Long.compare(load.of(b), load.of(a)))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int slot : slots) {
            long more = load.of(slot);
            boolean placed = to.giveClockwise(
                            slot, n -> newcomer[n] && to.count(n) < to.quota(n) && to.load(n) + more <= to.fair(n))
                    || to.giveClockwise(slot, n -> newcomer[n] && to.count(n) < to.quota(n) && to.fits(n, more))
                    || to.giveClockwise(slot, n -> to.fits(n, more));
            if (!placed) {
                to.giveToLeastLoaded(slot);
            }
        }
    }
}
