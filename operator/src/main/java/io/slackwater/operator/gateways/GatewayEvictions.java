package io.slackwater.operator.gateways;

import java.util.List;

/**
 * How many evictions a gateway tier can bear at once: one while it is whole and none of it is on its way out, none otherwise. As the {@code
 * minAvailable} of a PodDisruptionBudget over the pods that take clients. So the next eviction waits until the clients of the last one
 * have found another gateway, and are not told to go again at once.
 */
public final class GatewayEvictions {
    private GatewayEvictions() {}

    /** What has to stay available. */
    public static int minAvailable(WantedGateways wanted, List<ObservedGateway> gateways) {
        int serving = (int) gateways.stream().filter(ObservedGateway::serves).count();
        boolean quiet = gateways.stream()
                .filter(g -> g.leaving() || g.pod().terminating())
                .allMatch(g -> g.lifeless() || g.empty());
        return serving >= wanted.replicas() && quiet ? serving - 1 : Math.max(serving, wanted.replicas());
    }
}
