package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

/**
 * What the user asks for.
 *
 * @param replicas pub/sub nodes asked for, 1 to {@value #MAX_REPLICAS}
 * @param autoscaling null when somebody else says how many
 * @param discovery null for nowhere else
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.autoscaling) || self.autoscaling.maxReplicas <= " + PubSubClusterSpec.MAX_REPLICAS,
        message = "autoscaling.maxReplicas must be at most " + PubSubClusterSpec.MAX_REPLICAS + ".")
@ValidationRule(
        value =
                "!has(self.autoscaling) || self.autoscaling.metrics.all(m, m.source in ['Prometheus', 'MessagesPerSecond',"
                        + " 'UtilizationPercent'])",
        message = "autoscaling.metrics: source must be Prometheus, MessagesPerSecond or UtilizationPercent.")
public record PubSubClusterSpec(
        @JsonPropertyDescription(
                "Pub/sub nodes asked for. Pods are added before channels move to them and removed after the"
                        + " last one has left.")
        @SpecReplicas
        @Default("3")
        @Min(1)
        @Max(MAX_REPLICAS)
        int replicas,

        @JsonPropertyDescription(
                "How the pub/sub nodes run. A change replaces them one by one, each emptied before it goes.")
        @Required
        NodesSpec nodes,

        @JsonPropertyDescription("How slots are spread over the nodes.") @Default("{}")
        RingSpec ring,

        @JsonPropertyDescription("How slots move from node to node.") @Default("{}")
        MigrationSpec migration,

        @JsonPropertyDescription(
                "How the operator finds the number of nodes by itself. With it, replicas is only the number to begin with.")
        @Nullable
        AutoscalingSpec autoscaling,

        @JsonPropertyDescription("Where the ring and the nodes are told besides Kubernetes and the nodes themselves.")
        @Nullable
        DiscoverySpec discovery) {
    /** Leaves room in the ring, which holds 127 nodes, for those that come and go. */
    public static final int MAX_REPLICAS = 100;

    @SuppressWarnings("ConstantValue")
    public PubSubClusterSpec {
        replicas = replicas == 0 ? 3 : replicas;
        ring = ring == null ? RingSpec.DEFAULT : ring;
        migration = migration == null ? MigrationSpec.DEFAULT : migration;
    }

    /** The same with another number of nodes. */
    public PubSubClusterSpec withReplicas(int nodes) {
        return new PubSubClusterSpec(nodes, this.nodes, ring, migration, autoscaling, discovery);
    }
}
