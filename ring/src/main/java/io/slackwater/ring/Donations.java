package io.slackwater.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Fills newcomers with slots of older nodes. Three questions, one after the other:
 *
 * <ol>
 *   <li><em>How much load does each donor give?</em> What it has above a common level relative to its weight; the level is where
 *       this adds up to what the newcomers lack.
 *   <li><em>How many slots?</em> The same part of its slots as of its load. If that makes fewer slots than the newcomers lack, all donors give more, in proportion to what they have left.
 *   <li><em>Which ones?</em> Of all sets with that many slots and about that load, one with few subscriptions: the
 *       slots that come first by {@code t * load - (1 - |t|) * subscriptions}, where {@code t} is found by bisection such
 *       that the load fits (a Lagrange multiplier: for the load it reaches, no other set of this size has fewer subscriptions).
 * </ol>
 */
final class Donations {
    private static final int STEPS = 14;
    private static final double STEEPEST = 0.999;

    private final Assignment assignment;
    private final SlotLoad load;
    private final boolean[] newcomer;

    private Donations(Assignment assignment, SlotLoad load, boolean[] newcomer) {
        this.assignment = assignment;
        this.load = load;
        this.newcomer = newcomer;
    }

    static void fill(Assignment assignment, SlotLoad load, boolean[] newcomer) {
        new Donations(assignment, load, newcomer).fill();
    }

    private void fill() {
        int slots = 0;
        double wanted = 0;
        for (int node = 0; node < newcomer.length; node++) {
            if (newcomer[node]) {
                slots += missing(node);
                wanted += Math.max(0, assignment.fair(node) - assignment.load(node));
            }
        }
        if (slots == 0) {
            return;
        }
        double[] give = leveled(wanted);
        int[] counts = counts(give, slots);
        List<Integer> chosen = new ArrayList<>();
        for (int donor = 0; donor < newcomer.length; donor++) {
            if (counts[donor] > 0) {
                chosen.addAll(choose(assignment.slotsOf(donor), counts[donor], give[donor]));
            }
        }
        distribute(chosen);
    }

    private int missing(int node) {
        return Math.max(0, assignment.quota(node) - assignment.count(node));
    }

    /** What each donor has above the level at which all of it adds up to {@code wanted}. */
    private double[] leveled(double wanted) {
        double low = 0;
        double high = 0;
        for (int node = 0; node < newcomer.length; node++) {
            high = Math.max(high, (double) assignment.load(node) / assignment.weight(node));
        }
        for (int step = 0; step < 100; step++) { // more than a double has digits
            double level = (low + high) / 2;
            if (Arrays.stream(above(level)).sum() > wanted) {
                low = level;
            } else {
                high = level;
            }
        }
        return above(high);
    }

    private double[] above(double level) {
        double[] above = new double[newcomer.length];
        for (int node = 0; node < above.length; node++) {
            above[node] = newcomer[node] ? 0 : Math.max(0, assignment.load(node) - level * assignment.weight(node));
        }
        return above;
    }

    /** How many slots each donor gives, in all {@code wanted} if there are so many; every donor keeps one. */
    private int[] counts(double[] give, int wanted) {
        double[] ideal = new double[give.length];
        for (int donor = 0; donor < give.length; donor++) {
            ideal[donor] = newcomer[donor] || assignment.count(donor) == 0
                    ? 0
                    : assignment.count(donor) * (give[donor] / assignment.load(donor));
        }
        int[] counts = new int[give.length];
        int left = share(
                ideal, Math.min(wanted, (int) Math.ceil(Arrays.stream(ideal).sum() - 1e-6)), counts, wanted);
        while (left > 0) {
            double[] rest = new double[give.length];
            for (int donor = 0; donor < give.length; donor++) {
                rest[donor] = newcomer[donor] ? 0 : Math.max(0, assignment.count(donor) - 1 - counts[donor]);
            }
            int now = share(rest, left, counts, left);
            if (now == left) {
                break; // nobody has any to spare
            }
            left = now;
        }
        return counts;
    }

    /** Adds {@code total} to the counts in proportion to {@code ideal}, largest remainders first; what is left of {@code wanted}. */
    private int share(double[] ideal, int total, int[] counts, int wanted) {
        double sum = Arrays.stream(ideal).sum();
        if (sum <= 0 || total <= 0) {
            return wanted;
        }
        double[] exact = Arrays.stream(ideal).map(part -> part * total / sum).toArray();
        Integer[] order = new Integer[ideal.length];
        int given = 0;
        for (int donor = 0; donor < ideal.length; donor++) {
            order[donor] = donor;
            int part = Math.min((int) exact[donor], room(donor, counts));
            counts[donor] += part;
            given += part;
        }
        Arrays.sort(order, Comparator.comparingDouble(donor -> Math.floor(exact[donor]) - exact[donor]));
        for (int donor : order) {
            if (given < total && ideal[donor] > 0 && room(donor, counts) > 0) {
                counts[donor]++;
                given++;
            }
        }
        return wanted - given;
    }

    private int room(int donor, int[] counts) {
        return newcomer[donor] ? 0 : Math.max(0, assignment.count(donor) - 1 - counts[donor]);
    }

    private List<Integer> choose(int[] slots, int count, double target) {
        double meanLoad = Arrays.stream(slots).mapToLong(load::of).average().orElse(1);
        double meanSubscriptions = Math.max(
                1, Arrays.stream(slots).mapToLong(load::subscriptions).average().orElse(1));
        double low = -STEEPEST;
        double high = STEEPEST;
        int[] best = first(slots, count, low, meanLoad, meanSubscriptions);
        double t = 0;
        for (int step = 0; step < STEPS; step++) {
            int[] candidate = first(slots, count, t, meanLoad, meanSubscriptions);
            double lack = target - Arrays.stream(candidate).mapToLong(load::of).sum();
            if (lack >= -meanLoad / 2) {
                best = candidate;
                low = t;
            } else {
                high = t;
            }
            if (Math.abs(lack) <= meanLoad / 2) {
                break;
            }
            t = (low + high) / 2;
        }
        return Arrays.stream(best).boxed().toList();
    }

    /** The {@code count} slots with the highest score; of equals the lower slot. */
    private int[] first(int[] slots, int count, double t, double meanLoad, double meanSubscriptions) {
        long[] keys = new long[slots.length];
        for (int i = 0; i < slots.length; i++) {
            double score = (1 - Math.abs(t)) * (load.subscriptions(slots[i]) / meanSubscriptions)
                    - t * (load.of(slots[i]) / meanLoad);
            long bits = Double.doubleToLongBits(score + 0.0);
            long ascending = bits ^ (bits >> 63 & Long.MAX_VALUE); // orders like the numbers do
            keys[i] = ascending & -Slots.COUNT | slots[i];
        }
        Arrays.sort(keys);
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            chosen[i] = (int) (keys[i] & Slots.COUNT - 1);
        }
        return chosen;
    }

    /**
     * Heaviest first, each to the newcomer that lacks most for its weight and may have one more. One that is too heavy for all of them
     * stays where it is; only when there are no more slots than newcomers without any, each of these takes one, heavy or not.
     */
    private void distribute(List<Integer> slots) {
        List<Integer> heaviestFirst = new ArrayList<>(slots);
        heaviestFirst.sort(
                Comparator.<Integer>comparingLong(slot -> -load.of(slot)).thenComparing(Comparator.naturalOrder()));
        int left = heaviestFirst.size();
        for (int slot : heaviestFirst) {
            int best = mostLacking(load.of(slot), left <= empty());
            if (best >= 0) {
                assignment.give(slot, best);
            }
            left--;
        }
    }

    /** The newcomer that lacks most for its weight, of those that the load fits or, when asked for, of those without a slot; -1 if none. */
    private int mostLacking(long more, boolean withoutAny) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int node = 0; node < newcomer.length; node++) {
            if (newcomer[node]
                    && missing(node) > 0
                    && (withoutAny ? assignment.count(node) == 0 : assignment.fits(node, more))) {
                double lacks = (assignment.fair(node) - assignment.load(node)) / assignment.weight(node);
                if (lacks > most) {
                    best = node;
                    most = lacks;
                }
            }
        }
        return best;
    }

    private int empty() {
        int empty = 0;
        for (int node = 0; node < newcomer.length; node++) {
            if (newcomer[node] && missing(node) > 0 && assignment.count(node) == 0) {
                empty++;
            }
        }
        return empty;
    }
}
