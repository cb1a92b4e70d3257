package io.slackwater.gateway;

import java.util.List;

/** Makes the way to a tier from what the command line says, for gateways on another tier than this project's own. */
@FunctionalInterface
public interface TierFactory {
    /**
     * @param cluster name of the cluster
     * @param member name of this gateway
     * @param seeds nodes to join by, {@code HOST:PORT}
     * @throws IllegalArgumentException with a sentence, if they cannot be right
     */
    Tier open(String cluster, String member, List<String> seeds);
}
