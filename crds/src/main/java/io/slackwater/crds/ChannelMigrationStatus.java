package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.slackwater.crds.MigrationStatus.Result;
import org.jspecify.annotations.Nullable;

/**
 * How a planned change stands. Written by the operator alone. Times are RFC 3339, durations as in {@code 1m20s}.
 *
 * @param plan null for a move that could not be planned beforehand: the replacement of a node that went without a word
 * @param progress null before it runs
 * @param result null before it has ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChannelMigrationStatus(
        @JsonPropertyDescription(
                "Proposed, WaitingForApproval, WaitingForWindow, Running, Paused, Completed, Cancelled or Failed.")
        @Size(max = 32)
        String phase,

        @JsonPropertyDescription("What it does or waits for, in a sentence.") @Size(max = 1024)
        String message,

        @JsonPropertyDescription("What it costs, as estimated before it began.") @Nullable
        Plan plan,

        @JsonPropertyDescription("How far it is.") @Nullable Progress progress,

        @JsonPropertyDescription("When it began to run.") @Size(max = 64) @Nullable
        String startedAt,

        @JsonPropertyDescription("When it ended.") @Size(max = 64) @Nullable
        String endedAt,

        @JsonPropertyDescription("What came of it.") @Nullable
        Result result) {
    @SuppressWarnings("ConstantValue")
    public ChannelMigrationStatus {
        phase = phase == null ? "" : phase;
        message = message == null ? "" : message;
    }

    /** What a move costs. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Plan(
            @JsonPropertyDescription("Nodes that own slots before it.")
            int nodesBefore,

            @JsonPropertyDescription("Slots that change their owner.")
            int slots,

            @JsonPropertyDescription("Subscriptions on nodes that follow these slots, about.")
            long subscriptions,

            @JsonPropertyDescription("Messages a second on these slots, about; absent while unknown.") @Nullable
            Long messagesPerSecond,

            @JsonPropertyDescription("Members that take part in each handover.")
            int members,

            @JsonPropertyDescription("The busiest node's share over the mean before it, in percent.")
            int skewPercentBefore,

            @JsonPropertyDescription("The same after it.") int skewPercentAfter,

            @JsonPropertyDescription("Estimated time from the first handover to the last.") @Size(max = 32)
            String estimate,

            @JsonPropertyDescription("What the estimate is made from.") @Size(max = 256)
            String estimatedFrom) {}

    /** How far a move is. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Progress(
            @JsonPropertyDescription("Slots moved of those to be moved, for example 1024/6554 (15%).") @Size(max = 64)
            String text,

            @JsonPropertyDescription("Slots whose handover is done.")
            int slotsMoved,

            @JsonPropertyDescription("Handovers that are done.")
            int handoversDone,

            @JsonPropertyDescription("A handover in progress, for example a → b COMMIT.") @Size(max = 512) @Nullable
            String current,

            @JsonPropertyDescription("Estimated time to the end.") @Size(max = 32) @Nullable
            String eta) {}
}
