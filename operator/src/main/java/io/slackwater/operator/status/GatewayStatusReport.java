package io.slackwater.operator.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewayStatus;
import io.slackwater.crds.PubSubGatewayStatus.GatewayStatus;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.gateways.GatewayReport;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.gateways.Shedding;
import io.slackwater.operator.gateways.WantedGateways;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Composes the status of a gateway tier. */
public final class GatewayStatusReport {
    /** A restart or two may happen; from here on it is a pattern. */
    private static final int MANY_RESTARTS = 3;

    private GatewayStatusReport() {}

    /**
     * What is done to a tier, and what keeps it from being done.
     *
     * @param held why nothing happens that a person may wait for, one sentence; empty when nothing holds
     * @param troubles what a person should look at, one sentence each
     * @param shedding how existing connections get to gateways that were added; null where nobody asks for it
     * @param autoscaling what was decided last; null without autoscaling, and while nothing was
     */
    public record Change(
            String held,
            List<String> troubles,
            @Nullable Shedding shedding,
            @Nullable AutoscalingStatus autoscaling) {
        public Change {
            troubles = List.copyOf(troubles);
        }
    }

    /** The status. */
    public static PubSubGatewayStatus of(
            PubSubGateway gateway, WantedGateways wanted, List<ObservedGateway> gateways, Change change, Instant now) {
        String held = change.held();
        Shedding shedding = change.shedding();
        List<String> all = new ArrayList<>(change.troubles());
        gateways.forEach(pod -> {
            if (!pod.pod().trouble().isEmpty()) {
                all.add(pod.pod().trouble());
            } else if (pod.pod().restarts() >= MANY_RESTARTS && !pod.pod().ready()) {
                all.add(pod.name() + " was restarted " + pod.pod().restarts() + " times");
            }
        });
        int serving = (int) gateways.stream().filter(ObservedGateway::serves).count();
        List<ObservedGateway> going = gateways.stream()
                .filter(pod -> pod.drainingSince() != null || pod.pod().terminating())
                .toList();
        int left = going.stream().mapToInt(GatewayStatusReport::connections).sum();
        boolean rolling = gateways.stream()
                .anyMatch(pod -> pod.pod().usable() && pod.pod().outdated(wanted.revision()));
        String count = serving + (serving == wanted.replicas() ? "" : " of " + wanted.replicas()) + " gateways serve";
        String draining = going.size() + " go, " + left + " connections are left on them";
        String message = !all.isEmpty()
                ? all.getFirst()
                : !held.isEmpty() ? held : count + (going.isEmpty() ? "" : "; " + draining) + moving(shedding);
        Conditions conditions = new Conditions(before(gateway), generation(gateway), now)
                .with(
                        "Ready",
                        serving >= wanted.replicas(),
                        serving >= wanted.replicas() ? "EnoughServe" : "TooFewServe",
                        count)
                .with(
                        "Draining",
                        !going.isEmpty(),
                        going.isEmpty() ? "Idle" : "Leaving",
                        going.isEmpty() ? "no gateway is on its way out" : draining)
                .with(
                        "RollingOut",
                        rolling,
                        rolling ? "TwoGenerations" : "UpToDate",
                        rolling && !held.isEmpty()
                                ? held
                                : rolling
                                        ? "gateways of another revision than " + wanted.revision() + " are leaving"
                                        : "all gateways are of revision " + wanted.revision())
                .with(
                        "Degraded",
                        !all.isEmpty(),
                        all.isEmpty() ? "AsExpected" : "NeedsAttention",
                        all.isEmpty() ? "nothing needs attention" : StatusReport.cut(String.join("; ", all)));
        if (shedding != null) {
            conditions.with("Rebalancing", shedding.active(), reason(shedding.stage()), shedding.sentence());
        }
        AutoscalingStatus decided = null;
        if (gateway.getSpec().autoscaling() != null) {
            PubSubGatewayStatus before = gateway.getStatus();
            decided = change.autoscaling() == null && before != null ? before.autoscaling() : change.autoscaling();
            AutoscalingReport.condition(decided, conditions);
        }
        return status(gateway, serving, message, gateways, decided, conditions.toList());
    }

    private static String moving(@Nullable Shedding shedding) {
        return shedding != null && shedding.active() ? "; " + shedding.sentence() : "";
    }

    private static String reason(Shedding.Stage stage) {
        return switch (stage) {
            case WATCHING -> "Idle";
            case SHEDDING -> "Moving";
            case EVEN -> "Rebalanced";
            case EXHAUSTED -> "NobodyLeft";
            case UNKNOWN -> "NotSupported";
        };
    }

    /** The status of a specification that cannot be acted on: all stays as it was. */
    public static PubSubGatewayStatus invalid(PubSubGateway gateway, List<String> reasons, Instant now) {
        PubSubGatewayStatus old = gateway.getStatus();
        String message = StatusReport.cut(String.join("; ", reasons));
        return new PubSubGatewayStatus(
                old == null ? 0 : old.replicas(),
                GatewayNaming.servingSelector(gateway.getMetadata().getName()),
                generation(gateway),
                message,
                old == null ? 0 : old.connections(),
                old == null ? List.of() : old.gateways(),
                old == null ? null : old.autoscaling(),
                new Conditions(before(gateway), generation(gateway), now)
                        .with("Ready", false, "InvalidSpec", message)
                        .with("Degraded", true, "InvalidSpec", message)
                        .toList());
    }

    /** What is left of a status when all that changes with every client is taken away. */
    public static PubSubGatewayStatus essence(PubSubGatewayStatus status) {
        return new PubSubGatewayStatus(
                status.replicas(),
                status.selector(),
                status.observedGeneration(),
                "",
                0,
                status.gateways().stream()
                        .map(it -> new GatewayStatus(it.pod(), it.state(), it.ready(), it.revision(), null, null))
                        .toList(),
                StatusGate.essence(status.autoscaling()),
                status.conditions().stream().map(StatusGate::essence).toList());
    }

    private static PubSubGatewayStatus status(
            PubSubGateway gateway,
            int serving,
            String message,
            List<ObservedGateway> gateways,
            @Nullable AutoscalingStatus autoscaling,
            List<Condition> conditions) {
        return new PubSubGatewayStatus(
                serving,
                GatewayNaming.servingSelector(gateway.getMetadata().getName()),
                generation(gateway),
                StatusReport.cut(message),
                gateways.stream().mapToInt(GatewayStatusReport::connections).sum(),
                gateways.stream()
                        .sorted(Comparator.comparing(ObservedGateway::name))
                        .map(GatewayStatusReport::one)
                        .toList(),
                autoscaling,
                conditions);
    }

    private static GatewayStatus one(ObservedGateway gateway) {
        String trouble = gateway.pod().trouble();
        GatewayReport report = gateway.report();
        return new GatewayStatus(
                gateway.name(),
                state(gateway),
                gateway.pod().ready(),
                gateway.pod().revision(),
                report == null ? null : report.connections(),
                trouble.isEmpty() ? null : StatusReport.cut(trouble));
    }

    private static String state(ObservedGateway gateway) {
        if (gateway.pod().failed()) {
            return "Failed";
        }
        if (gateway.pod().terminating()) {
            return "Ending";
        }
        if (gateway.drainingSince() != null) {
            return "Draining";
        }
        if (gateway.cordonedAt() != null) {
            return "Cordoned";
        }
        return gateway.serves() ? "Serving" : gateway.pod().ready() ? "Standby" : "Starting";
    }

    private static int connections(ObservedGateway gateway) {
        GatewayReport report = gateway.report();
        return report == null ? 0 : report.connections();
    }

    private static List<Condition> before(PubSubGateway gateway) {
        @Nullable PubSubGatewayStatus status = gateway.getStatus();
        return status == null ? List.of() : status.conditions();
    }

    private static long generation(PubSubGateway gateway) {
        return Objects.requireNonNullElse(gateway.getMetadata().getGeneration(), 0L);
    }
}
