package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the cluster stands. Written by the operator alone; lists are never null.
 *
 * @param replicas nodes that own slots
 * @param selector label selector of their pods
 * @param ring null before the first
 * @param migration the move in progress, or the last one; null when there was none
 * @param effective what is worked towards now; null before the first ring
 * @param autoscaling null without autoscaling, and before its first decision
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PubSubClusterStatus(
        @JsonPropertyDescription("Nodes that own slots.") @StatusReplicas
        int replicas,

        @JsonPropertyDescription("Label selector of the pods of nodes that own slots.") @LabelSelector @Size(max = 512)
        String selector,

        @JsonPropertyDescription("Generation of the specification that this status answers.")
        long observedGeneration,

        @JsonPropertyDescription("The state of things in a sentence.") @Size(max = 1024)
        String message,

        @JsonPropertyDescription("The ring in force.") @Nullable
        RingStatus ring,

        @JsonPropertyDescription("Members connected, over all nodes.")
        int members,

        @JsonPropertyDescription("The nodes, by pod name.") @Size(max = 127)
        List<NodeStatus> nodes,

        @JsonPropertyDescription("The move in progress, or the last one.") @Nullable
        MigrationStatus migration,

        @JsonPropertyDescription(
                "What is in force or worked towards now. It follows the specification when a ChannelMigration begins to run.")
        @Nullable
        Effective effective,

        @JsonPropertyDescription("What autoscaling has decided last.") @Nullable
        AutoscalingStatus autoscaling,

        @JsonPropertyDescription("Ready, Balanced, Migrating, Upgrading, Autoscaling, Degraded.") @Size(max = 16)
        List<Condition> conditions) {
    @SuppressWarnings("ConstantValue")
    public PubSubClusterStatus {
        selector = selector == null ? "" : selector;
        message = message == null ? "" : message;
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** What the cluster is brought to now, as far as moves decide about it. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Effective(
            @JsonPropertyDescription("Nodes.") int replicas,

            @JsonPropertyDescription("Points of each node on the ring.")
            int virtualNodes,

            @JsonPropertyDescription("Largest share of a node, in percent of the mean.")
            int maxLoadPercent,

            @JsonPropertyDescription("Which specification of pods.") @Size(max = 64) @Nullable
            String revision,

            @JsonPropertyDescription("How often nodes that had grown too busy were relieved of slots.")
            int rebalance,

            @JsonPropertyDescription("Name of the ChannelMigration that waits or runs; absent when none does.")
            @Size(max = 253)
            @Nullable
            String migration) {}

    /** The ring in force. */
    public record RingStatus(
            @JsonPropertyDescription("Increases with every change of the ring.")
            long epoch,

            @JsonPropertyDescription("Increases with every operator that takes over.")
            long term,

            @JsonPropertyDescription("The busiest node's share over the mean, in percent; 100 is even.")
            int skewPercent) {}

    /** A node. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NodeStatus(
            @JsonPropertyDescription("Name of the pod.") @Size(max = 253)
            String pod,

            @JsonPropertyDescription("Id in the ring: pod and server process.") @Size(max = 128) @Nullable
            String id,

            @JsonPropertyDescription("Starting, Refused, Joined, Serving, Emptying, Retired or Dead.") @Size(max = 32)
            String state,

            @JsonPropertyDescription("Whether the pod is ready.")
            boolean ready,

            @JsonPropertyDescription("Slots it owns.") @Max(16_384)
            int slots,

            @JsonPropertyDescription("Members connected to it.")
            int members,

            @JsonPropertyDescription("Why it is in this state.") @Size(max = 1024) @Nullable
            String message) {}
}
