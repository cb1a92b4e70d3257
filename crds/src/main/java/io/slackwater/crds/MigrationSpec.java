package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;

/** How slots move from node to node. */
public record MigrationSpec(
        @JsonPropertyDescription("Bounds of what a move may cost.") @Default("{}")
        Limits limits,

        @JsonPropertyDescription(
                "No new handover begins while this is true. Those in progress are finished, and slots of a crashed"
                        + " node are reassigned all the same.")
        @Default("false")
        boolean paused) {
    /** Default limits, not paused. */
    public static final MigrationSpec DEFAULT = new MigrationSpec(Limits.DEFAULT, false);

    @SuppressWarnings("ConstantValue")
    public MigrationSpec {
        limits = limits == null ? Limits.DEFAULT : limits;
    }

    /** Bounds of what a move may cost. A value of 0 stands for the default. */
    @ValidationRule(
            value = "self.ackTimeoutMillis * 2 <= self.maxHoldMillis",
            message =
                    "migration.limits: ackTimeoutMillis must be at most half of maxHoldMillis; lower the one or raise the other.")
    @ValidationRule(
            value = "self.slowAfterMillis <= self.ackTimeoutMillis",
            message = "migration.limits: slowAfterMillis must be at most ackTimeoutMillis; lower it.")
    @ValidationRule(
            value = "self.ackTimeoutMillis <= self.prepareTimeoutMillis",
            message = "migration.limits: prepareTimeoutMillis must be at least ackTimeoutMillis; raise it.")
    public record Limits(
            @JsonPropertyDescription("Subscriptions moved per second, over the whole cluster.")
            @Default("100000")
            @Min(1)
            @Max(100_000_000)
            int subscriptionsPerSecond,

            @JsonPropertyDescription(
                    "Most slots of one handover. Fewer make each pause of a channel shorter and the move longer.")
            @Default("256")
            @Min(1)
            @Max(16_384)
            int slotsPerBatch,

            @JsonPropertyDescription("Handovers in progress at once.") @Default("4") @Min(1) @Max(64)
            int concurrentHandovers,

            @JsonPropertyDescription(
                    "A member that has not answered a COMMIT or FENCE for this long is cut off from the source.")
            @Default("2000")
            @Min(50)
            @Max(30_000)
            int ackTimeoutMillis,

            @JsonPropertyDescription(
                    "No pause of a channel begins while a member needs longer than this to answer; the move waits and says for whom.")
            @Default("250")
            @Min(10)
            @Max(30_000)
            int slowAfterMillis,

            @JsonPropertyDescription("The same for PREPARE, during which nothing is held back.")
            @Default("10000")
            @Min(50)
            @Max(600_000)
            int prepareTimeoutMillis,

            @JsonPropertyDescription("How long a member holds back messages of a handover to keep them in order.")
            @Default("5000")
            @Min(100)
            @Max(60_000)
            int maxHoldMillis,

            @JsonPropertyDescription("How much a member holds back of a handover, in MiB of payload.")
            @Default("16")
            @Min(1)
            @Max(1024)
            int maxHoldMebibytes) {
        /** The values that the API server fills in. */
        public static final Limits DEFAULT = new Limits(0, 0, 0, 0, 0, 0, 0, 0);

        public Limits {
            subscriptionsPerSecond = subscriptionsPerSecond == 0 ? 100_000 : subscriptionsPerSecond;
            slotsPerBatch = slotsPerBatch == 0 ? 256 : slotsPerBatch;
            concurrentHandovers = concurrentHandovers == 0 ? 4 : concurrentHandovers;
            ackTimeoutMillis = ackTimeoutMillis == 0 ? 2_000 : ackTimeoutMillis;
            slowAfterMillis = slowAfterMillis == 0 ? 250 : slowAfterMillis;
            prepareTimeoutMillis = prepareTimeoutMillis == 0 ? 10_000 : prepareTimeoutMillis;
            maxHoldMillis = maxHoldMillis == 0 ? 5_000 : maxHoldMillis;
            maxHoldMebibytes = maxHoldMebibytes == 0 ? 16 : maxHoldMebibytes;
        }
    }
}
