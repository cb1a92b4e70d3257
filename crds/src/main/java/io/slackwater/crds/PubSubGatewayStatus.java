package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the gateways stand. Written by the operator alone; lists are never null.
 *
 * @param replicas gateways that take new clients
 * @param selector label selector of their pods
 * @param connections of all gateways that answer
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PubSubGatewayStatus(
        @JsonPropertyDescription("Gateways that take new clients.") @StatusReplicas
        int replicas,

        @JsonPropertyDescription("Label selector of the pods that take new clients.") @LabelSelector @Size(max = 512)
        String selector,

        @JsonPropertyDescription("Generation of the specification that this status answers.")
        long observedGeneration,

        @JsonPropertyDescription("The state of things in a sentence.") @Size(max = 1024)
        String message,

        @JsonPropertyDescription("Connections of all gateways that answer.")
        int connections,

        @JsonPropertyDescription("The gateways, by pod name.") @Size(max = 512)
        List<GatewayStatus> gateways,

        @JsonPropertyDescription("What autoscaling has decided last.") @Nullable
        AutoscalingStatus autoscaling,

        @JsonPropertyDescription(
                "Ready, Draining, RollingOut, Degraded; Rebalancing with spec.rebalance, Autoscaling with spec.autoscaling.")
        @Size(max = 16)
        List<Condition> conditions) {
    @SuppressWarnings("ConstantValue")
    public PubSubGatewayStatus {
        selector = selector == null ? "" : selector;
        message = message == null ? "" : message;
        gateways = gateways == null ? List.of() : List.copyOf(gateways);
        conditions = conditions == null ? List.of() : List.copyOf(conditions);
    }

    /** A gateway. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GatewayStatus(
            @JsonPropertyDescription("Name of the pod.") @Size(max = 253)
            String pod,

            @JsonPropertyDescription("Starting, Standby, Serving, Cordoned, Draining, Ending or Failed.")
            @Size(max = 32)
            String state,

            @JsonPropertyDescription("Whether the pod is ready.")
            boolean ready,

            @JsonPropertyDescription("Which specification it was made of.") @Size(max = 64)
            String revision,

            @JsonPropertyDescription("Its connections; absent when it does not answer.") @Nullable
            Integer connections,

            @JsonPropertyDescription("Why it is in this state.") @Size(max = 1024) @Nullable
            String message) {}
}
