package io.slackwater.operator.scaling;

/**
 * The cheapest course of sizes over the time ahead, found backwards by dynamic programming (Bellman): for each bin of time and each size,
 * what the rest of the course costs at least. A bin costs the nodes it has and those that are missing, a change of size what {@link Prices}
 * say, and sizes change only in bins in which a move may begin. What knows the future and what only expects it plan with the same function.
 */
public final class SizePlan {
    private final int[] sizes;

    private SizePlan(int[] sizes) {
        this.sizes = sizes;
    }

    /**
     * Plans.
     *
     * @param from the size there is, {@code min} to {@code max}
     * @param needed nodes with headroom, for each bin
     * @param open whether a change of size may begin in the bin; as long as {@code needed}
     * @param hours length of a bin
     */
    public static SizePlan cheapest(
            int from, int min, int max, double[] needed, boolean[] open, double hours, Prices prices) {
        int most = from;
        for (double nodes : needed) {
            most = Math.max(most, (int) Math.min(max, Math.ceil(nodes)));
        }
        int range = most - min + 1;
        double[][] moves = new double[range][range];
        for (int a = 0; a < range; a++) {
            for (int b = 0; b < range; b++) {
                moves[a][b] = prices.move(min + a, min + b);
            }
        }
        int[][] next = new int[needed.length][range];
        double[] rest = new double[range];
        for (int bin = needed.length - 1; bin >= 0; bin--) {
            double[] here = new double[range];
            for (int size = 0; size < range; size++) {
                double missing = Math.max(0, needed[bin] - (min + size));
                here[size] = (min + size + prices.missing() * missing) * hours + rest[size];
            }
            rest = new double[range];
            for (int size = 0; size < range; size++) {
                int best = open[bin] ? best(moves[size], here, size) : size;
                next[bin][size] = best;
                rest[size] = here[best] + moves[size][best];
            }
        }
        int[] sizes = new int[needed.length];
        int size = from - min;
        for (int bin = 0; bin < needed.length; bin++) {
            size = next[bin][size];
            sizes[bin] = min + size;
        }
        return new SizePlan(sizes);
    }

    /** The cheapest; of several, to stay, else the largest. */
    private static int best(double[] moves, double[] then, int stay) {
        int best = stay;
        double least = then[stay];
        for (int size = then.length - 1; size >= 0; size--) {
            double cost = moves[size] + then[size];
            if (cost < least - 1e-9) {
                best = size;
                least = cost;
            }
        }
        return best;
    }

    /** The size in a bin. */
    public int size(int bin) {
        return sizes[bin];
    }

    public int bins() {
        return sizes.length;
    }

    /** The first bin with a larger size than in bin 0; {@link #bins} when there is none. */
    int firstLarger() {
        int bin = 0;
        while (bin < sizes.length && sizes[bin] <= sizes[0]) {
            bin++;
        }
        return bin;
    }
}
