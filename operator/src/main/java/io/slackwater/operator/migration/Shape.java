package io.slackwater.operator.migration;

/**
 * What a ring is made from, as far as planned moves decide about it.
 *
 * @param replicas nodes, at least 1
 * @param virtualNodes points of each node on the hash ring
 * @param maxLoadPercent largest share of a node, in percent of the mean
 * @param revision which specification of pods the nodes have
 */
public record Shape(int replicas, int virtualNodes, int maxLoadPercent, String revision) {
    /** Why one changes into another, as in the field {@code reason} of a migration. */
    public String reasonTo(Shape next) {
        if (next.replicas > replicas) {
            return "ScaleOut";
        }
        if (next.replicas < replicas) {
            return "ScaleIn";
        }
        return next.virtualNodes == virtualNodes && next.maxLoadPercent == maxLoadPercent ? "Upgrade" : "Rebalance";
    }

    /** The same with another number of nodes. */
    public Shape withReplicas(int nodes) {
        return new Shape(nodes, virtualNodes, maxLoadPercent, revision);
    }
}
