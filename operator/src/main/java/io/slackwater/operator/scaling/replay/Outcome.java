package io.slackwater.operator.scaling.replay;

import java.time.Instant;
import java.util.List;
import java.util.TreeSet;

/**
 * What came of one scaler.
 *
 * @param name of the scaler
 * @param sizes how many nodes there were, whenever that changed, oldest first
 * @param changes how often it asked for another size
 * @param movedSlots slots that changed their owner
 * @param overloaded minutes, as seconds since 1970, in which the busiest node had more to do than it can
 * @param movedAfter slots moved by the end of each hour
 * @param nodeHours of all nodes that existed
 * @param end of the replay
 */
public record Outcome(
        String name,
        List<Size> sizes,
        int changes,
        double movedSlots,
        List<Double> movedAfter,
        TreeSet<Long> overloaded,
        double nodeHours,
        Instant end) {
    /** So many nodes from this time on. */
    public record Size(Instant from, int nodes) {}

    public Outcome {
        sizes = List.copyOf(sizes);
        movedAfter = List.copyOf(movedAfter);
    }

    /** The largest number of nodes. */
    public int most() {
        return sizes.stream().mapToInt(Size::nodes).max().orElse(0);
    }

    /** The smallest. */
    public int fewest() {
        return sizes.stream().mapToInt(Size::nodes).min().orElse(0);
    }

    /** How many minutes it was overloaded in while the other was too. */
    public int overloadedWith(Outcome other) {
        return (int) overloaded.stream().filter(other.overloaded::contains).count();
    }
}
