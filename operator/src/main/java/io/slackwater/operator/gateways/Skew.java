package io.slackwater.operator.gateways;

import io.slackwater.operator.gateways.GatewayReport.Phase;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * How evenly the connections of a tier are spread that is at rest: all its gateways serve and answer, and none is to come or to go. Pure.
 *
 * @param gateways at least two, the busiest first
 * @param since when the newest of them was created
 * @param mean connections of a gateway
 */
record Skew(List<ObservedGateway> gateways, Instant since, double mean) {
    /** Null when the tier is not at rest, or has only one gateway. */
    static @Nullable Skew of(WantedGateways wanted, List<ObservedGateway> all) {
        boolean atRest = all.size() == wanted.replicas() && all.stream().allMatch(g -> atRest(g, wanted.revision()));
        if (!atRest || all.size() < 2) {
            return null;
        }
        return new Skew(
                all.stream()
                        .sorted(Comparator.comparingInt(ObservedGateway::connections)
                                .reversed()
                                .thenComparing(ObservedGateway::name))
                        .toList(),
                all.stream()
                        .map(g -> g.pod().createdAt())
                        .max(Comparator.naturalOrder())
                        .orElseThrow(),
                all.stream().mapToInt(ObservedGateway::connections).average().orElseThrow());
    }

    private static boolean atRest(ObservedGateway gateway, String revision) {
        GatewayReport report = gateway.report();
        return gateway.serves()
                && !gateway.leaving()
                && !gateway.lifeless()
                && !gateway.pod().outdated(revision)
                && report != null
                && report.phase() == Phase.SERVING;
    }

    /** Whether a gateway has more than this share of the mean. */
    boolean exceeds(int percent) {
        return exceeds(gateways.getFirst(), percent);
    }

    private boolean exceeds(ObservedGateway gateway, int percent) {
        return gateway.connections() * 100.0 > percent * mean;
    }

    /** What the busiest one has of the mean, in per cent, rounded up. */
    int busiestPercent() {
        return mean == 0 ? 100 : (int) Math.ceil(gateways.getFirst().connections() * 100.0 / mean);
    }

    /** Those with more than this share of the mean that are older than one with less than the mean, the busiest first. */
    List<ObservedGateway> above(int percent) {
        Instant newestBelow = gateways.stream()
                .filter(g -> g.connections() < mean)
                .map(g -> g.pod().createdAt())
                .max(Comparator.naturalOrder())
                .orElse(Instant.MIN);
        return gateways.stream()
                .filter(g -> exceeds(g, percent))
                .filter(g -> g.pod().createdAt().isBefore(newestBelow))
                .toList();
    }

    /** How long the slowest gateway has lately taken to let a client in, in milliseconds. */
    OptionalLong slowest() {
        return gateways.stream()
                .map(ObservedGateway::report)
                .flatMapToLong(report -> report == null ? LongStream.empty() : report.acceptMillis().stream())
                .max();
    }
}
