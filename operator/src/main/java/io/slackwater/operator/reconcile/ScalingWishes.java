package io.slackwater.operator.reconcile;

import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.PubSubClusterSpec;
import io.slackwater.crds.PubSubGatewaySpec;
import io.slackwater.operator.prometheus.PrometheusAccess;
import io.slackwater.operator.scaling.Behavior;
import io.slackwater.operator.scaling.HpaAlgorithm;
import io.slackwater.operator.scaling.Metric;
import io.slackwater.operator.scaling.ScalingSettings;
import io.slackwater.operator.scaling.TierKind;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a specification says of autoscaling, in the terms of the decision: pure functions. */
public final class ScalingWishes {
    static final String PROMETHEUS = "Prometheus";
    static final String MESSAGES = "MessagesPerSecond";
    static final String UTILIZATION = "UtilizationPercent";

    /** Of gateways: what they have together. */
    public static final String CONNECTIONS = "Connections";

    /** What decides about nodes when no metric is named. */
    static final Wanted USUAL = new Wanted(new Metric("utilization", 60, Metric.Kind.Value), UTILIZATION, "");

    private static final String PATH = "spec.autoscaling.";

    private ScalingWishes() {}

    /**
     * A metric and where it comes from.
     *
     * @param query empty unless it is asked of Prometheus
     */
    public record Wanted(Metric metric, String source, String query) {}

    /** What is wrong, one sentence each; empty when it can be acted on. */
    public static List<String> refusals(@Nullable AutoscalingSpec spec, TierKind kind) {
        List<String> refusals = new ArrayList<>();
        if (spec == null) {
            return refusals;
        }
        collect(refusals, () -> settings(spec, kind, ZoneOffset.UTC));
        int most = switch (kind) {
            case NODES -> PubSubClusterSpec.MAX_REPLICAS;
            case GATEWAYS -> PubSubGatewaySpec.MAX_REPLICAS;
        };
        if (spec.maxReplicas() > most) {
            refusals.add(PATH + "maxReplicas is " + spec.maxReplicas() + ": must be at most " + most);
        }
        Set<String> names = new HashSet<>();
        for (AutoscalingSpec.Metric metric : spec.metrics()) {
            collect(refusals, () -> wanted(metric));
            if (!names.add(metric.name())) {
                refusals.add(PATH + "metrics: there are two of the name " + metric.name() + ", rename one");
            }
            if (!sources(kind).contains(metric.source())) {
                refusals.add(PATH + "metrics: the source of " + metric.name() + " is " + metric.source()
                        + ": must be one of " + String.join(", ", sources(kind)));
            }
            if (metric.source().equals(PROMETHEUS) && (metric.query() == null || spec.prometheus() == null)) {
                refusals.add(PATH + "metrics: " + metric.name() + " needs a query, and prometheus.address to ask");
            }
        }
        AutoscalingSpec.Prometheus prometheus = spec.prometheus();
        if (prometheus != null) {
            collect(refusals, () -> PrometheusAccess.of(prometheus.address(), null, null));
        }
        return refusals;
    }

    private static List<String> sources(TierKind kind) {
        return switch (kind) {
            case NODES -> List.of(PROMETHEUS, MESSAGES, UTILIZATION);
            case GATEWAYS -> List.of(PROMETHEUS, CONNECTIONS);
        };
    }

    private static void collect(List<String> refusals, Runnable check) {
        try {
            check.run();
        } catch (IllegalArgumentException e) {
            refusals.add(PATH.substring(0, PATH.length() - 1) + ": " + e.getMessage());
        }
    }

    /**
     * The settings.
     *
     * @param zone whose days are compared
     * @throws IllegalArgumentException see {@link #refusals}
     */
    static ScalingSettings settings(AutoscalingSpec spec, TierKind kind, ZoneId zone) {
        return new ScalingSettings(
                spec.minReplicas(),
                spec.maxReplicas(),
                Objects.requireNonNullElse(spec.headroomPercent(), 20),
                HpaAlgorithm.TOLERANCE,
                behavior(spec.behavior()),
                kind.prices(),
                kind.lead(),
                zone,
                spec.dryRun());
    }

    /**
     * The metrics that decide.
     *
     * @param usual what does when none is named
     * @throws IllegalArgumentException see {@link #refusals}
     */
    static List<Wanted> metrics(AutoscalingSpec spec, Wanted usual) {
        return spec.metrics().isEmpty()
                ? List.of(usual)
                : spec.metrics().stream().map(ScalingWishes::wanted).toList();
    }

    private static Wanted wanted(AutoscalingSpec.Metric metric) {
        boolean mean = metric.source().equals(UTILIZATION)
                || metric.type().equals("Value") && !metric.source().equals(CONNECTIONS);
        double target = metric.target().getNumericalAmount().doubleValue();
        Metric.Kind kind = mean ? Metric.Kind.Value : Metric.Kind.AverageValue;
        String query = metric.query() == null ? "" : metric.query();
        return new Wanted(new Metric(metric.name(), target, kind), metric.source(), query);
    }

    private static Behavior behavior(AutoscalingSpec.@Nullable Behavior spec) {
        return spec == null
                ? Behavior.DEFAULT
                : new Behavior(
                        rules(spec.scaleUp(), Behavior.DEFAULT.scaleUp()),
                        rules(spec.scaleDown(), Behavior.DEFAULT.scaleDown()));
    }

    private static Behavior.Rules rules(AutoscalingSpec.@Nullable Rules spec, Behavior.Rules otherwise) {
        if (spec == null) {
            return otherwise;
        }
        Integer seconds = spec.stabilizationWindowSeconds();
        return new Behavior.Rules(
                seconds == null ? otherwise.stabilization() : Duration.ofSeconds(seconds),
                Behavior.Select.valueOf(spec.selectPolicy()),
                spec.policies().isEmpty()
                        ? otherwise.policies()
                        : spec.policies().stream()
                                .map(policy -> new Behavior.Policy(
                                        Behavior.Type.valueOf(policy.type()),
                                        policy.value(),
                                        Duration.ofSeconds(policy.periodSeconds())))
                                .toList());
    }
}
