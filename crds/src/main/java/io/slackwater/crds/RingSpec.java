package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

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
        int maxLoadPercent) {
    /** 160 virtual nodes, 125 %. */
    public static final RingSpec DEFAULT = new RingSpec(160, 125);

    public RingSpec {
        virtualNodes = virtualNodes == 0 ? 160 : virtualNodes;
        maxLoadPercent = maxLoadPercent == 0 ? 125 : maxLoadPercent;
    }
}
