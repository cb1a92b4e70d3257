package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;

/** How slots are spread over the nodes. A value of 0 stands for the default. */
public record RingSpec(
        @JsonPropertyDescription(
                "Points of each node on the hash ring: the more, the more even and the slower to plan.")
        @Default("160")
        @Min(1)
        @Max(1000)
        int virtualNodes,

        @JsonPropertyDescription("No node is given more than this share of the mean load, in percent.")
        @Default("125")
        @Min(101)
        @Max(1000)
        int maxLoadPercent,

        @JsonPropertyDescription(
                "How long the load of a node has to be above maxLoadPercent without a break until moving slots away from it is proposed, such as 10m; Never switches that off.")
        @Default("10m")
        @Pattern(REBALANCE_AFTER)
        @Size(max = 32)
        String rebalanceAfter) {
    /** 160 virtual nodes, 125 %, 10 minutes. */
    public static final RingSpec DEFAULT = new RingSpec(160, 125, "10m");

    /** What switches rebalancing off. */
    public static final String NEVER = "Never";

    private static final String REBALANCE_AFTER = "^(Never|([0-9]{1,6}d)?([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?)$";

    @SuppressWarnings("ConstantValue")
    public RingSpec {
        rebalanceAfter = rebalanceAfter == null || rebalanceAfter.isEmpty() ? "10m" : rebalanceAfter;
        virtualNodes = virtualNodes == 0 ? 160 : virtualNodes;
        maxLoadPercent = maxLoadPercent == 0 ? 125 : maxLoadPercent;
    }
}
