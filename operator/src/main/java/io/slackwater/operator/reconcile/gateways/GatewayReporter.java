package io.slackwater.operator.reconcile.gateways;

import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewayStatus;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.gateways.WantedGateways;
import io.slackwater.operator.kube.StatusWriter;
import io.slackwater.operator.status.GatewayStatusReport;
import io.slackwater.operator.status.StatusGate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells how gateway tiers stand. Safe for use by many threads, as long as no two tell of the same tier at once. */
public final class GatewayReporter {
    private final StatusWriter writer;
    private final Map<String, StatusGate> gates = new ConcurrentHashMap<>();

    public GatewayReporter(StatusWriter writer) {
        this.writer = writer;
    }

    /** @param change what is done to the tier, and what keeps it from being done */
    void report(
            PubSubGateway gateway,
            WantedGateways wanted,
            List<ObservedGateway> observed,
            GatewayStatusReport.Change change,
            Instant now) {
        write(gateway, GatewayStatusReport.of(gateway, wanted, observed, change, now), now);
    }

    void invalid(PubSubGateway gateway, List<String> reasons, Instant now) {
        write(gateway, GatewayStatusReport.invalid(gateway, reasons, now), now);
    }

    /** The tier is no more. */
    void forget(PubSubGateway gateway) {
        gates.remove(gateway.getMetadata().getUid());
    }

    private void write(PubSubGateway gateway, PubSubGatewayStatus status, Instant now) {
        StatusGate gate = gates.computeIfAbsent(gateway.getMetadata().getUid(), uid -> new StatusGate());
        if (gate.admits(gateway.getStatus(), status, GatewayStatusReport::essence, now)) {
            writer.write(gateway, status);
        }
    }
}
