package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import io.slackwater.crds.NodesSpec.SecretRef;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the operator finds the size of a tier by itself: of the nodes of a cluster, or of gateways.
 *
 * @param minReplicas fewest
 * @param maxReplicas most
 * @param headroomPercent null for 20
 * @param prometheus null when no metric is asked of one
 * @param metrics empty for the utilisation of the nodes, 60 %, or the connections of the gateways, 60 % of what they take
 * @param behavior null for the defaults of HPA
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.minReplicas <= self.maxReplicas",
        message = "autoscaling.minReplicas must not be more than maxReplicas.")
@ValidationRule(
        value = "has(self.prometheus) || self.metrics.all(m, m.source != 'Prometheus')",
        message = "autoscaling.prometheus is missing: write its address, or metrics with another source.")
public record AutoscalingSpec(
        @JsonPropertyDescription("Fewest replicas.") @Default("3") @Min(1) @Max(PubSubGatewaySpec.MAX_REPLICAS)
        int minReplicas,

        @JsonPropertyDescription("Most replicas; of a PubSubCluster at most 100.")
        @Required
        @Min(1)
        @Max(PubSubGatewaySpec.MAX_REPLICAS)
        int maxReplicas,

        @JsonPropertyDescription("What is added to what is needed whenever the size is changed, in percent.")
        @Default("20")
        @Min(0)
        @Max(200)
        @Nullable
        Integer headroomPercent,

        @JsonPropertyDescription("Where metrics with the source Prometheus are asked for.") @Nullable
        Prometheus prometheus,

        @JsonPropertyDescription(
                "What decides; of several the one that wants most replicas. Without any: of a PubSubCluster the utilisation of the nodes' main threads, 60 %;"
                        + " of a PubSubGateway the connections, 60 % of SLACKWATER_MAX_CONNECTIONS for each gateway.")
        @Default("[]")
        @Size(max = 8)
        List<Metric> metrics,

        @JsonPropertyDescription(
                "How fast the size may change, as in HorizontalPodAutoscaler v2 and with its defaults.")
        @Nullable
        Behavior behavior,

        @JsonPropertyDescription("Decisions are told in status and events and not acted on: spec.replicas holds.")
        @Default("false")
        boolean dryRun) {
    @SuppressWarnings("ConstantValue")
    public AutoscalingSpec {
        minReplicas = minReplicas == 0 ? 3 : minReplicas;
        headroomPercent = headroomPercent == null ? Integer.valueOf(20) : headroomPercent;
        metrics = metrics == null ? List.of() : List.copyOf(metrics);
    }

    /** A Prometheus, or what speaks its API. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Prometheus(
            @JsonPropertyDescription("For example https://prometheus.monitoring:9090, with a path where it has one.")
            @Required
            @Size(min = 8, max = 512)
            String address,

            @JsonPropertyDescription(
                    "Secret with the login: an entry token, or the entries username and password. Absent: none.")
            @Nullable
            SecretRef secretRef,

            @JsonPropertyDescription(
                    "Secret whose entry ca.crt has who may have signed the server's certificate. Absent: whom Java trusts.")
            @Nullable
            SecretRef caSecretRef,

            @JsonPropertyDescription("Until when an answer must have come.") @Default("5") @Min(1) @Max(60)
            int timeoutSeconds) {
        public Prometheus {
            timeoutSeconds = timeoutSeconds == 0 ? 5 : timeoutSeconds;
        }
    }

    /** A metric and what it should be. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.query) == (self.source == 'Prometheus')",
            message = "autoscaling.metrics: write a query with the source Prometheus, and none with another.")
    @ValidationRule(
            value = "self.type in ['AverageValue', 'Value']",
            message = "autoscaling.metrics: type must be AverageValue or Value.")
    public record Metric(
            @JsonPropertyDescription("What it is called in status and events.") @Required @Size(min = 1, max = 63)
            String name,

            @JsonPropertyDescription(
                    "Prometheus; or what the operator measures itself. Of a PubSubCluster: MessagesPerSecond, of the whole tier, or"
                            + " UtilizationPercent, of the main threads, in the mean. Of a PubSubGateway: Connections, of the whole tier.")
            @Default("Prometheus")
            @Size(max = 32)
            String source,

            @JsonPropertyDescription("PromQL that gives one figure.") @Size(min = 1, max = 4096) @Nullable
            String query,

            @JsonPropertyDescription(
                    "AverageValue: the figure is of the whole tier, and the target the share of one replica. Value: the figure is of one"
                            + " replica in the mean. UtilizationPercent is always a Value, Connections always an AverageValue.")
            @Default("AverageValue")
            @Size(max = 16)
            String type,

            @JsonPropertyDescription("What one replica is to have, for example 6k or 60.") @Required
            Quantity target) {
        @SuppressWarnings("ConstantValue")
        public Metric {
            source = source == null ? "Prometheus" : source;
            type = type == null ? "AverageValue" : type;
        }
    }

    /** How fast the size may change. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Behavior(
            @JsonPropertyDescription("For more replicas.") @Nullable
            Rules scaleUp,

            @JsonPropertyDescription("For fewer.") @Nullable Rules scaleDown) {}

    /** The rules of one direction. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "self.selectPolicy in ['Max', 'Min', 'Disabled']",
            message = "autoscaling.behavior: selectPolicy must be Max, Min or Disabled.")
    public record Rules(
            @JsonPropertyDescription(
                    "Of what was proposed in this time the most cautious counts. Absent: 0 for more replicas, 300 for fewer.")
            @Min(0)
            @Max(3600)
            @Nullable
            Integer stabilizationWindowSeconds,

            @JsonPropertyDescription(
                    "Which policy counts: the one that allows most, the one that allows least, or no change.")
            @Default("Max")
            @Size(max = 16)
            String selectPolicy,

            @JsonPropertyDescription("Bounds of the change. Absent: those of HPA.") @Default("[]") @Size(max = 8)
            List<Policy> policies) {
        @SuppressWarnings("ConstantValue")
        public Rules {
            selectPolicy = selectPolicy == null ? "Max" : selectPolicy;
            policies = policies == null ? List.of() : List.copyOf(policies);
        }
    }

    /** A bound of the change within some time. */
    @ValidationRule(
            value = "self.type in ['Pods', 'Percent']",
            message = "autoscaling.behavior: the type of a policy must be Pods or Percent.")
    public record Policy(
            @JsonPropertyDescription("Pods or Percent.") @Required @Size(max = 16)
            String type,

            @JsonPropertyDescription("So many, or so many percent.") @Required @Min(1) @Max(10_000)
            int value,

            @JsonPropertyDescription("Within so much time.") @Required @Min(1) @Max(1800)
            int periodSeconds) {}
}
