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

        @JsonPropertyDescription("Ready, Balanced, Migrating, Degraded.") @Size(max = 16)
        List<Condition> conditions) {
    @SuppressWarnings("ConstantValue")
    public PubSubClusterStatus {
        selector = selector == null ? "" : selector;
        message = message == null ? "" : message;
        nodes = nodes == null ? List.of() : List.copyOf(nodes);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

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
