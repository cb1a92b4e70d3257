package io.slackwater.operator.reconcile.gateways;

import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewaySpec;
import io.slackwater.crds.PubSubGatewayStatus;
import io.slackwater.operator.gateways.GatewayLoad;
import io.slackwater.operator.gateways.GatewayRevision;
import io.slackwater.operator.gateways.GatewayWishes;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.reconcile.ScalingWishes;
import io.slackwater.operator.reconcile.ScalingWishes.Wanted;
import io.slackwater.operator.reconcile.TierAutoscaling;
import io.slackwater.operator.reconcile.TierAutoscaling.Planning;
import io.slackwater.operator.reconcile.TierAutoscaling.Scaled;
import io.slackwater.operator.scaling.Metric;
import io.slackwater.operator.scaling.TierKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How many gateways each tier asks for, see {@link TierAutoscaling}. Safe for use by many threads, as long as no two look at the same tier at
 * once.
 */
public final class GatewayAutoscalings implements AutoCloseable {
    /** Of the connections that a gateway takes, what it is to have when no metric is named. */
    private static final double USUAL_SHARE = 0.6;

    private final Map<String, TierAutoscaling> tiers = new ConcurrentHashMap<>();
    private final Supplier<TierAutoscaling> begin;
    private final Events events;

    /** @param begin one that has looked at nothing yet */
    public GatewayAutoscalings(Supplier<TierAutoscaling> begin, Events events) {
        this.begin = begin;
        this.events = events;
    }

    /** How many gateways are asked for now; the specification has no refusals. */
    int look(PubSubGateway gateway, List<ObservedGateway> observed, Instant now) {
        TierAutoscaling tier = tiers.computeIfAbsent(gateway.getMetadata().getUid(), uid -> begin.get());
        PubSubGatewaySpec spec = gateway.getSpec();
        int replicas = tier.look(
                scaled(gateway, observed),
                asked -> GatewayLoad.tier(observed, GatewayRevision.of(spec), asked),
                source -> GatewayLoad.connections(observed),
                () -> Planning.AT_ANY_TIME,
                now);
        tier.news().forEach(notice -> events.publish(gateway, notice));
        return replicas;
    }

    private static Scaled scaled(PubSubGateway gateway, List<ObservedGateway> observed) {
        PubSubGatewaySpec spec = gateway.getSpec();
        PubSubGatewayStatus written = gateway.getStatus();
        AutoscalingStatus decided = written == null ? null : written.autoscaling();
        boolean known = decided != null && !decided.dryRun();
        return new Scaled(
                gateway,
                TierKind.GATEWAYS,
                spec.autoscaling(),
                spec.replicas(),
                decided,
                Math.max(GatewayLoad.inForce(observed), known ? 0 : spec.replicas()),
                usual(spec));
    }

    /** What decides when no metric is named. */
    static Wanted usual(PubSubGatewaySpec spec) {
        double target = Math.max(1, GatewayWishes.maxConnections(spec) * USUAL_SHARE);
        return new Wanted(new Metric("connections", target, Metric.Kind.AverageValue), ScalingWishes.CONNECTIONS, "");
    }

    /** What was decided last; null without autoscaling, and while nothing was. */
    @Nullable
    AutoscalingStatus status(PubSubGateway gateway) {
        TierAutoscaling tier = tiers.get(gateway.getMetadata().getUid());
        return tier == null ? null : tier.status();
    }

    /** The tier is no more. */
    void forget(PubSubGateway gateway) {
        TierAutoscaling tier = tiers.remove(gateway.getMetadata().getUid());
        if (tier != null) {
            tier.close();
        }
    }

    @Override
    public void close() {
        tiers.values().forEach(TierAutoscaling::close);
        tiers.clear();
    }
}
