package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What is to change, written once by the operator, and what people say to that. */
@ValidationRule(
        value = "self.cluster == oldSelf.cluster && self.reason == oldSelf.reason && self.replicas == oldSelf.replicas"
                + " && self.virtualNodes == oldSelf.virtualNodes && self.maxLoadPercent == oldSelf.maxLoadPercent"
                + " && self.revision == oldSelf.revision && self.rebalance == oldSelf.rebalance",
        message =
                "cluster, reason, replicas, virtualNodes, maxLoadPercent, revision and rebalance cannot be changed: the plan was made for"
                        + " them. Change the PubSubCluster; the operator then makes a new ChannelMigration.")
@ValidationRule(
        value = "self.cancelled || !oldSelf.cancelled",
        message =
                "cancelled cannot be taken back. Delete the ChannelMigration, and the operator proposes the change anew.")
@ValidationRule(
        value = "self.approved || !oldSelf.approved",
        message = "approved cannot be taken back. Set paused or cancelled.")
public record ChannelMigrationSpec(
        @JsonPropertyDescription("Name of the PubSubCluster.") @Required @Size(min = 1, max = 253)
        String cluster,

        @JsonPropertyDescription("ScaleOut, ScaleIn, Rebalance, NodeReplacement or Upgrade.")
        @Required
        @Size(min = 1, max = 32)
        String reason,

        @JsonPropertyDescription("Nodes that own slots once it is done.")
        @Required
        @Min(1)
        @Max(PubSubClusterSpec.MAX_REPLICAS)
        int replicas,

        @JsonPropertyDescription("Points of each node on the ring that it was planned with.")
        @Required
        @Min(1)
        @Max(1000)
        int virtualNodes,

        @JsonPropertyDescription("Largest share of a node that it was planned with, in percent of the mean.")
        @Required
        @Min(101)
        @Max(1000)
        int maxLoadPercent,

        @JsonPropertyDescription(
                "Which specification of pods the nodes have once it is done; empty where that does not change.")
        @Default("")
        @Size(max = 64)
        String revision,

        @JsonPropertyDescription(
                "How often nodes that had grown too busy were relieved of slots once it is done: one more for a move that does that.")
        @Default("0")
        @Min(0)
        int rebalance,

        @JsonPropertyDescription("Set by people: it may run. Needed while migration.approval of the cluster is Manual.")
        @Default("false")
        boolean approved,

        @JsonPropertyDescription("Set by people: no new handover begins until it is taken back.") @Default("false")
        boolean paused,

        @JsonPropertyDescription(
                "Set by people: it ends at the next boundary of a handover, and the ring stays as it is then. The change is"
                        + " not proposed again until the PubSubCluster asks for another one.")
        @Default("false")
        boolean cancelled) {
    @SuppressWarnings("ConstantValue")
    public ChannelMigrationSpec {
        revision = revision == null ? "" : revision;
    }
}
