package io.slackwater.operator.gateways;

import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.scaling.Tier;
import io.slackwater.operator.scaling.TierKind;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A gateway tier in the terms of autoscaling: pure functions. */
public final class GatewayLoad {
    /** A tier has no bound for its busiest gateway: a new one has nobody at first, and more gateways would not change that. */
    private static final int EVEN = 100;

    private GatewayLoad() {}

    /**
     * Connections of the whole tier. Those on gateways that go count too, for their clients come to the others. A gateway that has taken clients
     * and does not answer makes it a part of the figure; one that has never taken any, or has no process, has none.
     */
    public static Sample connections(List<ObservedGateway> gateways) {
        List<ObservedGateway> alive =
                gateways.stream().filter(gateway -> !gateway.lifeless()).toList();
        long silent = alive.stream()
                .filter(gateway -> gateway.report() == null && mayHaveClients(gateway))
                .count();
        List<GatewayReport> reports = alive.stream()
                .map(ObservedGateway::report)
                .flatMap(Stream::ofNullable)
                .toList();
        if (reports.isEmpty()) {
            return silent == 0 ? new Sample.Missing() : new Sample.Failed("is not known: no gateway answers");
        }
        long sum = reports.stream().mapToLong(GatewayReport::connections).sum();
        return silent == 0
                ? new Sample.Value(sum)
                : new Sample.AtLeast(sum, silent + " of " + (reports.size() + silent) + " gateways do not answer");
    }

    private static boolean mayHaveClients(ObservedGateway gateway) {
        return gateway.admitted() || gateway.cordonedAt() != null || gateway.leaving();
    }

    /**
     * How the tier stands. A gateway on its way out is none any more; one that is on its way in counts as if it were there.
     *
     * @param revision of the pods wanted
     * @param goal gateways asked for now
     * @return null while none serves
     */
    public static @Nullable Tier tier(List<ObservedGateway> gateways, String revision, int goal) {
        int serving = (int) gateways.stream().filter(ObservedGateway::serves).count();
        boolean going = gateways.stream()
                .filter(gateway -> !gateway.lifeless())
                .anyMatch(gateway -> gateway.cordonedAt() != null
                        || gateway.leaving()
                        || gateway.pod().terminating()
                        || gateway.pod().outdated(revision));
        // More than asked for are about to be taken out of the endpoints.
        return serving == 0 ? null : new Tier(TierKind.GATEWAYS, Math.min(serving, goal), goal, going, EVEN, EVEN);
    }

    /**
     * How many gateways a tier has, for an operator that finds it: of the revision of which most serve, for in the moment of a rollout two
     * generations may; 0 when none does.
     */
    public static int inForce(List<ObservedGateway> gateways) {
        return gateways.stream()
                .filter(ObservedGateway::serves)
                .map(ObservedGateway::pod)
                .collect(Collectors.groupingBy(ObservedPod::revision, Collectors.counting()))
                .values()
                .stream()
                .mapToInt(Long::intValue)
                .max()
                .orElse(0);
    }
}
