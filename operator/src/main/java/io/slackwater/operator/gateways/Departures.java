package io.slackwater.operator.gateways;

import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.gateways.Removal.Reason;
import io.slackwater.operator.nodes.ObservedPod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** The way out of those that go, step by step. Pure. */
record Departures(WantedGateways wanted, List<ObservedGateway> all, Generations generations, Instant now) {
    /** Until everybody who balances load has heard that a gateway is out of the endpoints. */
    static final Duration SETTLING = Duration.ofSeconds(2);

    /**
     * How long a gateway that is asked to wait does so; it is asked again long before. Longer than it takes another operator to go on where one
     * has died.
     */
    static final Duration HOLD = Duration.ofSeconds(30);

    /** Left of a grace period when the last client is told: the gateway's own time-out comes 30 s before its end. */
    private static final Duration TO_END = Duration.ofSeconds(35);

    /** Out of the endpoints: those that go, and those that somebody else has asked to. */
    List<ObservedGateway> cordon() {
        return Stream.concat(
                        generations.go().stream(),
                        all.stream()
                                .filter(g -> g.pod().terminating() && !g.pod().gone()))
                .filter(g -> !g.cordoned())
                .toList();
    }

    /** None of them before all are out of the endpoints, so that a client which one of them lets go cannot land on another. */
    List<ObservedGateway> leave() {
        List<ObservedGateway> go =
                generations.go().stream().filter(g -> !g.lifeless()).toList();
        boolean enough = Generations.ready(generations.serve()) >= wanted.replicas();
        boolean begun =
                go.stream().anyMatch(g -> g.pod().outdated(wanted.revision()) && Generations.hasLeavingTwin(g, all));
        return (enough || begun) && go.stream().allMatch(this::waitedEnough) ? go : List.of();
    }

    private boolean waitedEnough(ObservedGateway gateway) {
        if (!gateway.cordoned()) {
            return false;
        }
        Duration waited = Duration.between(Objects.requireNonNull(gateway.cordonedAt()), now);
        Duration patience = gateway.empty() ? Duration.ZERO : wanted.drain().patience();
        return waited.compareTo(SETTLING) >= 0 && waited.compareTo(patience) >= 0;
    }

    /** One at a time gets the whole rate and is gone the sooner; those who have nobody to tell need not wait for it. */
    List<ObservedGateway> begin() {
        List<ObservedGateway> next = new ArrayList<>();
        boolean occupied = leaving().anyMatch(g -> g.drainingSince() != null && g.report() != null && !g.empty());
        List<ObservedGateway> waiting = leaving()
                .filter(g -> g.drainingSince() == null)
                .sorted(Comparator.comparingInt(ObservedGateway::connections).thenComparing(ObservedGateway::name))
                .toList();
        for (ObservedGateway gateway : waiting) {
            if (gateway.empty() || !occupied) {
                next.add(gateway);
                occupied |= gateway.report() != null && !gateway.empty();
            }
        }
        return next;
    }

    /** Those that the operator sends away itself, and that are still there. */
    private Stream<ObservedGateway> leaving() {
        return all.stream().filter(g -> g.leaving() && g.pod().usable() && !g.lifeless());
    }

    List<DrainOrder> orders() {
        Set<ObservedGateway> beginning = new HashSet<>(begin());
        List<ObservedGateway> draining = all.stream()
                .filter(g ->
                        !g.lifeless() && !g.pod().failed() && !g.pod().host().isEmpty())
                .filter(g ->
                        g.pod().terminating() || g.leaving() && (g.drainingSince() != null || beginning.contains(g)))
                .filter(g -> g.report() == null || g.report().phase() != Phase.DRAINED)
                .sorted(Comparator.comparing(ObservedGateway::name))
                .toList();
        int rate = rate(draining);
        long connections = draining.stream().mapToLong(Departures::known).sum();
        List<DrainOrder> orders = new ArrayList<>();
        for (ObservedGateway gateway : draining) {
            int share = (int) Math.max(1, rate * known(gateway) / Math.max(1, connections));
            Duration patience = patience(gateway, share);
            if (!obeys(gateway, share, patience)) {
                orders.add(new DrainOrder(gateway, share, patience));
            }
        }
        return orders;
    }

    private static long known(ObservedGateway gateway) {
        return gateway.report() == null ? 1 : gateway.report().connections();
    }

    private static boolean obeys(ObservedGateway gateway, int share, Duration patience) {
        GatewayReport report = gateway.report();
        return report != null
                && report.phase() == Phase.DRAINING
                && report.disconnectsPerSecond() == share
                && patience.isZero();
    }

    private int rate(List<ObservedGateway> draining) {
        int set = wanted.drain().disconnectsPerSecond();
        List<ObservedGateway> receivers =
                all.stream().filter(ObservedGateway::serves).toList();
        if (receivers.isEmpty()) {
            return DrainPace.lowest(set);
        }
        long present = draining.stream()
                .map(ObservedGateway::report)
                .filter(report -> report != null && report.phase() == Phase.DRAINING)
                .mapToLong(report -> Objects.requireNonNull(report).disconnectsPerSecond())
                .sum();
        long slowest = receivers.stream()
                .map(ObservedGateway::report)
                .filter(Objects::nonNull)
                .mapToLong(report -> report.acceptMillis().orElse(-1))
                .max()
                .orElse(-1);
        return DrainPace.next(
                set, (int) Math.min(set, present), slowest < 0 ? OptionalLong.empty() : OptionalLong.of(slowest));
    }

    /** One that somebody else asked to go waits for its replacement as long as its grace period lets it. */
    private Duration patience(ObservedGateway gateway, int share) {
        Instant goneBy = gateway.goneBy();
        if (goneBy == null) {
            return Duration.ZERO;
        }
        Duration needed = TO_END.plusSeconds(known(gateway) / share);
        Duration left = Duration.between(now.plus(needed), goneBy);
        if (left.isNegative() || left.isZero()) {
            return Duration.ZERO;
        }
        int serving = (int) all.stream().filter(ObservedGateway::serves).count();
        Instant begun = company(gateway)
                .map(ObservedGateway::cordonedAt)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .max(Comparator.naturalOrder())
                .orElse(now);
        Duration own = Duration.between(now, begun.plus(wanted.drain().patience()));
        boolean wait = serving < wanted.replicas() || hasOpenCompany(gateway);
        Duration asked = wait ? HOLD : own.isNegative() ? Duration.ZERO : own;
        return asked.compareTo(left) < 0 ? asked : left;
    }

    /** This one, which somebody asked to go, and those that go with it. */
    private Stream<ObservedGateway> company(ObservedGateway gateway) {
        return Stream.concat(Stream.of(gateway), all.stream().filter(other -> other.goesWith(gateway)));
    }

    /** Whether a client that this one lets go could land on another one of the same machine, which goes next. */
    private boolean hasOpenCompany(ObservedGateway gateway) {
        return company(gateway)
                .filter(other -> other != gateway && !other.lifeless())
                .anyMatch(other -> other.admitted()
                        || other.cordonedAt() != null
                                && now.isBefore(other.cordonedAt().plus(SETTLING)));
    }

    List<Removal> removals(List<ObservedPod> failed) {
        List<Removal> removals = new ArrayList<>();
        for (ObservedGateway gateway : all) {
            if (failed.contains(gateway.pod())) {
                removals.add(new Removal(gateway, Reason.FAILED));
            } else if (gateway.pod().usable()
                    && gateway.lifeless()
                    && (gateway.leaving() || generations.go().contains(gateway))) {
                removals.add(new Removal(gateway, Reason.LIFELESS));
            }
        }
        leaving().filter(g -> g.drainingSince() != null).forEach(gateway -> {
            Instant end = Objects.requireNonNull(gateway.drainingSince())
                    .plus(wanted.drain().timeout());
            if (gateway.report() != null && gateway.report().phase() == Phase.DRAINED) {
                removals.add(new Removal(gateway, Reason.EMPTY));
            } else if (!now.isBefore(end)) {
                removals.add(new Removal(gateway, Reason.OVERDUE));
            }
        });
        return removals;
    }
}
