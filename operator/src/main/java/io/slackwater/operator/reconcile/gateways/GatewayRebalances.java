package io.slackwater.operator.reconcile.gateways;

import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.gateways.GatewayWishes;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.gateways.ShedOrder;
import io.slackwater.operator.gateways.Shedding;
import io.slackwater.operator.gateways.SheddingSettings;
import io.slackwater.operator.gateways.WantedGateways;
import io.slackwater.operator.kube.Events;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves connections to gateways that were added, for tiers that ask for it. How far it is is kept in memory: an operator that starts
 * anew begins anew, and no client is told twice for that, see {@link Shedding}. Safe for use by many threads, as long as no two look
 * at the same tier at once.
 */
public final class GatewayRebalances {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayRebalances.class);

    private final Map<String, Shedding> states = new ConcurrentHashMap<>();
    private final GatewayCalls calls;
    private final Events events;

    public GatewayRebalances(GatewayCalls calls, Events events) {
        this.calls = calls;
        this.events = events;
    }

    /** Takes the next step; how it stands then, null where nobody asks for it. */
    @Nullable
    Shedding look(PubSubGateway gateway, WantedGateways wanted, List<ObservedGateway> observed, Instant now) {
        String uid = gateway.getMetadata().getUid();
        SheddingSettings settings = GatewayWishes.shedding(gateway.getSpec());
        Shedding before = states.get(uid);
        if (settings == null) {
            if (before != null) {
                states.remove(uid);
                calls.shed(before.interrupted(now).orders(observed, now));
            }
            return null;
        }
        Shedding planned = (before == null ? Shedding.none() : before).next(wanted, settings, observed, now);
        List<ShedOrder> orders = planned.orders(observed, now);
        Shedding after = orders.isEmpty() ? planned : planned.heard(calls.shed(orders), now);
        states.put(uid, after);
        tell(gateway, before == null ? Shedding.none() : before, after, now);
        return after;
    }

    /** How it stood at the last look; null where nobody asked for it. */
    @Nullable
    Shedding present(PubSubGateway gateway) {
        return states.get(gateway.getMetadata().getUid());
    }

    private void tell(PubSubGateway gateway, Shedding before, Shedding after, Instant now) {
        if (after.stage() == before.stage()) {
            return;
        }
        LOG.info(
                "{}/{}: {}",
                gateway.getMetadata().getNamespace(),
                gateway.getMetadata().getName(),
                after.sentence());
        if (after.over() && after.toldSoFar() > 0) {
            events.publish(gateway, new Notice(0, now, false, "ConnectionsRebalanced", after.sentence()));
        }
    }

    /** The tier is no more. */
    void forget(PubSubGateway gateway) {
        states.remove(gateway.getMetadata().getUid());
    }
}
