package io.slackwater.operator.coordination;

import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.handover.HandoverSettings;
import java.util.List;
import java.util.Set;

/**
 * What is wanted of a coordinator.
 *
 * @param pods all node pods that exist, as last observed, also those on their way out; at most 127
 * @param owners uids of the pods whose nodes shall own slots once everything is moved; a pod in here that is not ready, or
 *     terminating, is left out until it is. Never empty, except before the first pod is ready
 * @param upgrading whether nodes that shall own none any more leave their slots to nodes of a newer revision: for the reason that is shown
 * @param minimumToStart pods of {@code owners} that must have joined before the first ring is made; at least 1
 * @param planner how slots are spread
 * @param rebalance counts how often nodes above the bound were to be relieved: each time it grows, that is done once
 * @param handover times and bounds of a handover
 * @param slotsPerBatch most slots of one handover, 1 to 16,384
 * @param subscriptionsPerSecond rate limit of what is moved, over the whole cluster; at least 1
 * @param abandoned whether what was begun is given up: the ring stays as it is. Only while something is {@code held}
 * @param passNonMembers whether slots are moved away from clients that do not follow the ring
 * @param held why no move is begun but those that empty a pod which was asked to go, one sentence; empty when moves may be begun
 */
public record Wish(
        List<Pod> pods,
        Set<String> owners,
        boolean upgrading,
        int minimumToStart,
        PlannerSettings planner,
        int rebalance,
        HandoverSettings handover,
        int slotsPerBatch,
        int subscriptionsPerSecond,
        boolean passNonMembers,
        String held,
        boolean abandoned) {
    public Wish {
        pods = List.copyOf(pods);
        owners = Set.copyOf(owners);
    }

    /**
     * A node pod as the Kubernetes API shows it.
     *
     * @param uid of the pod object
     * @param name of the pod object, the first part of its node ids
     * @param host its address, empty until it has one
     * @param port of the server
     * @param tlsName see {@link io.slackwater.ring.Node#tlsName()}
     * @param ready whether its Ready condition is true
     * @param terminating whether it has a deletion time stamp
     * @param gone whether it is certain that its process runs no more: object deleted, or its container reported as terminated
     * @param instance changes with each start of its container (container id); a hint that a new process is there
     */
    public record Pod(
            String uid,
            String name,
            String host,
            int port,
            String tlsName,
            boolean ready,
            boolean terminating,
            boolean gone,
            String instance) {}
}
