package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A planned move of slots. Times are RFC 3339, durations as in {@code 1m20s}.
 *
 * @param eta null when it has ended or nothing is known yet
 * @param result null while it is in progress
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MigrationStatus(
        @JsonPropertyDescription("ScaleOut, ScaleIn, Upgrade, Rebalance or NodeReplacement.") @Size(max = 32)
        String reason,

        @JsonPropertyDescription("Slots moved of those to be moved, for example 1024/6554 (15%).") @Size(max = 64)
        String progress,

        @JsonPropertyDescription("Slots to be moved, with those already moved.")
        int slotsTotal,

        @JsonPropertyDescription("Slots whose handover is done.")
        int slotsMoved,

        @JsonPropertyDescription("Handovers that are done.") int handoversDone,

        @JsonPropertyDescription("A handover in progress, for example a → b COMMIT.") @Size(max = 512) @Nullable
        String current,

        @JsonPropertyDescription("Estimated time to the end.") @Size(max = 32) @Nullable
        String eta,

        @JsonPropertyDescription("When its first handover began.") @Size(max = 64)
        String startedAt,

        @JsonPropertyDescription("When its last handover ended.") @Size(max = 64) @Nullable
        String endedAt,

        @JsonPropertyDescription("What came of it.") @Nullable
        Result result) {
    /**
     * What came of a move.
     *
     * @param lost null unless verified
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Result(
            @JsonPropertyDescription("Whether the books of all members balance or tell the difference.")
            boolean verified,

            @JsonPropertyDescription("Messages lost; absent unless verified.") @Nullable
            Long lost,

            @JsonPropertyDescription("Deliveries the books cover.")
            long deliveries,

            @JsonPropertyDescription("Why it is not verified.") @Size(max = 1024) @Nullable
            String reason,

            @JsonPropertyDescription("The longest time from a COMMIT to the end of its FENCE, in milliseconds.")
            long longestFenceMillis,

            @JsonPropertyDescription("Members cut off because they did not answer in time.")
            int membersFenced,

            @JsonPropertyDescription("From the first handover to the last.") @Size(max = 32)
            String duration) {}
}
