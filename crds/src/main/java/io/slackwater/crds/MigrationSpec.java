package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.slackwater.crds.AutoscalingSpec.Prometheus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How slots move from node to node, and when. Durations are written as in {@code 1h30m} or {@code 7d}.
 *
 * @param windows when planned moves may run; empty with {@code lowTraffic} null: at any time
 * @param lowTraffic null for no measured window
 * @param deadline how long a move waits for a window, null for as long as it takes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "self.approval in ['Automatic', 'Manual']",
        message = "migration.approval must be Automatic or Manual.")
@ValidationRule(
        value = "self.nonMembers in ['Block', 'Proceed']",
        message = "migration.nonMembers must be Block or Proceed.")
@ValidationRule(
        value = "self.onDeadline in ['Proceed', 'Alert']",
        message = "migration.onDeadline must be Proceed or Alert.")
public record MigrationSpec(
        @JsonPropertyDescription(
                "Automatic, or Manual: each planned move waits until somebody sets spec.approved of its ChannelMigration.")
        @Default("Automatic")
        @Size(max = 16)
        String approval,

        @JsonPropertyDescription(
                "When planned moves may run; any of them will do. Without windows and lowTraffic they run at any time.")
        @Default("[]")
        @Size(max = 16)
        List<Window> windows,

        @JsonPropertyDescription("A window that is measured: planned moves run while traffic is low.") @Nullable
        LowTraffic lowTraffic,

        @JsonPropertyDescription(
                "How long a planned move waits for a window, for example 24h. Absent: as long as it takes.")
        @Pattern(DURATION)
        @Size(max = 32)
        @Nullable
        String deadline,

        @JsonPropertyDescription(
                "What is done when the deadline has passed: Proceed outside of a window, or Alert and wait on.")
        @Default("Proceed")
        @Size(max = 16)
        String onDeadline,

        @JsonPropertyDescription("When a scale-out does not wait for a window.") @Default("{}")
        Overload overload,

        @JsonPropertyDescription("Bounds of what a move may cost.") @Default("{}")
        Limits limits,

        @JsonPropertyDescription(
                "Block, or Proceed: whether slots stay on a node while a client listens or publishes there that does not follow the"
                        + " ring. It would go on at the former owner and miss everything.")
        @Default("Block")
        @Size(max = 16)
        String nonMembers,

        @JsonPropertyDescription(
                "No new handover begins while this is true. Those in progress are finished, slots of a crashed"
                        + " node are reassigned, and a pod that was asked to go is emptied all the same.")
        @Default("false")
        boolean paused,

        @JsonPropertyDescription("How many ChannelMigrations that have ended are kept.")
        @Default("10")
        @Min(1)
        @Max(100)
        int historyLimit) {
    /** How durations are written. */
    static final String DURATION = "^([0-9]{1,6}(d|h|m|s))+$";

    /** Automatic, at any time, default limits, not paused. */
    public static final MigrationSpec DEFAULT = new MigrationSpec(
            "Automatic", List.of(), null, null, "Proceed", Overload.DEFAULT, Limits.DEFAULT, "Block", false, 10);

    @SuppressWarnings("ConstantValue")
    public MigrationSpec {
        approval = approval == null ? "Automatic" : approval;
        windows = windows == null ? List.of() : List.copyOf(windows);
        onDeadline = onDeadline == null ? "Proceed" : onDeadline;
        overload = overload == null ? Overload.DEFAULT : overload;
        limits = limits == null ? Limits.DEFAULT : limits;
        nonMembers = nonMembers == null ? "Block" : nonMembers;
        historyLimit = historyLimit == 0 ? 10 : historyLimit;
    }

    /** Whether somebody has to approve each planned move. */
    public boolean manual() {
        return approval.equals("Manual");
    }

    /** Whether clients that do not follow the ring keep slots where they are. */
    public boolean blockedByNonMembers() {
        return nonMembers.equals("Block");
    }

    /** When moves may run. */
    public record Window(
            @JsonPropertyDescription("When it opens: minute, hour, day of month, month, day of week, as in a crontab.")
            @Required
            @Size(min = 9, max = 128)
            String start,

            @JsonPropertyDescription("How long it is open, for example 2h; 1 minute to 7 days.")
            @Required
            @Pattern(DURATION)
            @Size(max = 32)
            String duration,

            @JsonPropertyDescription("Time zone of the IANA database that start is in, for example Asia/Seoul.")
            @Default("UTC")
            @Size(min = 1, max = 64)
            String timeZone) {
        @SuppressWarnings("ConstantValue")
        public Window {
            timeZone = timeZone == null ? "UTC" : timeZone;
        }
    }

    /**
     * Traffic is low, by its own history.
     *
     * @param timeZone null for that of the first window, or UTC
     * @param prometheus null for the operator's own record
     * @param query null exactly when {@code prometheus} is
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "has(self.prometheus) == has(self.query)",
            message =
                    "migration.lowTraffic: write both prometheus and query, or neither for the operator's own record.")
    public record LowTraffic(
            @JsonPropertyDescription("Moves run while traffic is among this share of its quietest, in percent.")
            @Default("20")
            @Min(1)
            @Max(90)
            int quietestPercent,

            @JsonPropertyDescription("How far back the history goes, 1d to 28d.")
            @Default("7d")
            @Pattern(DURATION)
            @Size(max = 32)
            String lookback,

            @JsonPropertyDescription(
                    "Time zone whose days are compared and in which openings are told. Absent: that of the first window, or UTC.")
            @Size(min = 1, max = 64)
            @Nullable
            String timeZone,

            @JsonPropertyDescription("Where the history of traffic comes from. Absent: the operator's own record.")
            @Nullable
            Prometheus prometheus,

            @JsonPropertyDescription(
                    "PromQL that gives the traffic of the whole tier as one series, such as sum(rate(my_messages_total[5m])).")
            @Size(min = 1, max = 2048)
            @Nullable
            String query) {
        @SuppressWarnings("ConstantValue")
        public LowTraffic {
            quietestPercent = quietestPercent == 0 ? 20 : quietestPercent;
            lookback = lookback == null ? "7d" : lookback;
        }
    }

    /** What does not wait. */
    public record Overload(
            @JsonPropertyDescription(
                    "A scale-out runs at once while the main thread of the busiest node is used by at least this much, in"
                            + " percent, and a scale-in that would bring the others there is not begun.")
            @Default("85")
            @Min(1)
            @Max(100)
            int utilizationPercent) {
        /** 85 %. */
        public static final Overload DEFAULT = new Overload(85);

        public Overload {
            utilizationPercent = utilizationPercent == 0 ? 85 : utilizationPercent;
        }
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
