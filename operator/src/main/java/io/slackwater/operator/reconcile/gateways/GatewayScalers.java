package io.slackwater.operator.reconcile.gateways;

import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.reconcile.ScalerWatch;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Watches who changes the replicas of gateway tiers. Safe for use by many threads, as long as no two look at the same tier at once. */
public final class GatewayScalers {
    private final Map<String, ScalerWatch> watches = new ConcurrentHashMap<>();
    private final Events events;

    public GatewayScalers(Events events) {
        this.events = events;
    }

    /** What a person should know of those who scale it, one sentence; empty while that is one. */
    String look(PubSubGateway gateway, Instant now) {
        ScalerWatch watch = watches.computeIfAbsent(gateway.getMetadata().getUid(), uid -> new ScalerWatch());
        AutoscalingSpec autoscaling = gateway.getSpec().autoscaling();
        String sentence =
                watch.look(gateway, gateway.getSpec().replicas(), autoscaling != null && !autoscaling.dryRun(), now);
        watch.news().forEach(notice -> events.publish(gateway, notice));
        return sentence;
    }

    /** The tier is no more. */
    void forget(PubSubGateway gateway) {
        watches.remove(gateway.getMetadata().getUid());
    }
}
