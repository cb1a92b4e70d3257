package io.slackwater.operator.reconcile;

import io.slackwater.operator.coordination.ClusterCoordinator;
import io.slackwater.operator.coordination.RingStore;

/** Starts the coordinator of a cluster. */
@FunctionalInterface
public interface CoordinatorFactory {
    /**
     * Starts one; does not block.
     *
     * @param cluster name of the cluster, as its members know it
     */
    ClusterCoordinator start(String namespace, String cluster, RingStore store);
}
