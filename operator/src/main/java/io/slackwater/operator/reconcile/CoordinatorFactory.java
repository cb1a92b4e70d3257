package io.slackwater.operator.reconcile;

import io.slackwater.operator.coordination.ClusterCoordinator;
import io.slackwater.operator.coordination.NodeAccess;
import io.slackwater.operator.coordination.RingStore;

/** Starts the coordinator of a cluster. */
@FunctionalInterface
public interface CoordinatorFactory {
    /**
     * Starts one; does not block.
     *
     * @param cluster name of the cluster, as its members know it
     * @param access how to log in to its nodes
     */
    ClusterCoordinator start(String namespace, String cluster, NodeAccess access, RingStore store);
}
