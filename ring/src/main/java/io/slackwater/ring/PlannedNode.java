package io.slackwater.ring;

/**
 * A node as the planner sees it.
 *
 * @param id as in {@link Node#id()}
 * @param weight its share of the load relative to other nodes, {@value #MIN_WEIGHT} to {@value #MAX_WEIGHT}; usually {@value #DEFAULT_WEIGHT}
 */
public record PlannedNode(String id, int weight) {
    public static final int MIN_WEIGHT = 1;
    public static final int MAX_WEIGHT = 1_000;
    public static final int DEFAULT_WEIGHT = 100;

    public PlannedNode {
        if (id.isEmpty()) {
            throw new IllegalArgumentException("a node needs an id");
        }
        if (weight < MIN_WEIGHT || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("node " + id + " has weight " + weight + ": must be 1 to 1000");
        }
    }

    /** A node of the usual weight. */
    public static PlannedNode of(String id) {
        return new PlannedNode(id, DEFAULT_WEIGHT);
    }
}
