package io.slackwater.operator.migration;

/**
 * What a ring is made from, as far as planned moves decide about it.
 *
 * @param replicas nodes, at least 1
 * @param virtualNodes points of each node on the hash ring
 * @param maxLoadPercent largest share of a node, in percent of the mean
 * @param revision which specification of pods the nodes have
 * @param rebalance how often nodes that had grown too busy were relieved of slots
 */
public record Shape(int replicas, int virtualNodes, int maxLoadPercent, String revision, int rebalance) {
    /** Why one changes into another, as in the field {@code reason} of a migration. */
    public String reasonTo(Shape next) {
        if (next.replicas > replicas) {
            return "ScaleOut";
        }
        if (next.replicas < replicas) {
            return "ScaleIn";
        }
        return next.revision.equals(revision) ? "Rebalance" : "Upgrade";
    }

    /** The same with another number of nodes. */
    public Shape withReplicas(int nodes) {
        return new Shape(nodes, virtualNodes, maxLoadPercent, revision, rebalance);
    }

    /** The same, rebalanced so often. */
    public Shape withRebalance(int times) {
        return new Shape(replicas, virtualNodes, maxLoadPercent, revision, times);
    }
}
