package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/** What was decided last. Figures in here are brought up to date once a minute, and whenever the decision changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AutoscalingStatus(
        @JsonPropertyDescription("Replicas that the tier should have.")
        int desired,

        @JsonPropertyDescription("Why, in a sentence.") @Size(max = 1024)
        String reason,

        @JsonPropertyDescription(
                "What kept it from what the metrics alone would ask for: None, MinReplicas, MaxReplicas, Metrics, MoveInFlight,"
                        + " Stabilization, Policy, Survivors, Window or Cost.")
        @Size(max = 32)
        String limit,

        @JsonPropertyDescription("What the metrics said.") @Size(max = 8)
        List<Input> inputs,

        @JsonPropertyDescription("Whether it is told only.") boolean dryRun,

        @JsonPropertyDescription("When it was decided.") @Size(max = 32)
        String decidedAt) {
    @SuppressWarnings("ConstantValue")
    public AutoscalingStatus {
        inputs = inputs == null ? List.of() : List.copyOf(inputs);
    }

    /** What a metric said. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Input(
            @JsonPropertyDescription("Name of the metric.") @Size(max = 63)
            String name,

            @JsonPropertyDescription("What it said, for example: is 12,500.") @Size(max = 512)
            String says,

            @JsonPropertyDescription("What one replica is to have.") @Size(max = 64)
            String target) {}
}
