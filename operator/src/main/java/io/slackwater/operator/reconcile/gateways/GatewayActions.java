package io.slackwater.operator.reconcile.gateways;

import io.fabric8.kubernetes.api.model.Pod;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.gateways.GatewayPlan;
import io.slackwater.operator.gateways.GatewayReport;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.gateways.Removal;
import io.slackwater.operator.gateways.WantedGateways;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.kube.GatewayPods;
import io.slackwater.operator.kube.Machines;
import io.slackwater.operator.nodes.NodeSecurity;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Observes gateways and carries out a {@link GatewayPlan}. */
public final class GatewayActions {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayActions.class);

    private final GatewayPods pods;
    private final Machines machines;
    private final GatewayCalls calls;
    private final Events events;
    private final InstantSource clock;

    public GatewayActions(GatewayPods pods, Machines machines, GatewayCalls calls, Events events, InstantSource clock) {
        this.pods = pods;
        this.machines = machines;
        this.calls = calls;
        this.events = events;
        this.clock = clock;
    }

    /** What the pods say about themselves, by address; those that are silent are missing. */
    Map<String, GatewayReport> ask(List<Pod> observed) {
        return calls.reports(observed.stream()
                .filter(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
                .map(pod -> pod.getStatus().getPodIP())
                .toList());
    }

    /** The pods, with what they say. Where somebody wants one of them gone it is looked up whether its machine is being emptied. */
    List<ObservedGateway> together(List<Pod> pods, Map<String, GatewayReport> reports) {
        Set<String> closed = machines.closedOf(pods.stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                .map(pod -> pod.getSpec().getNodeName())
                .filter(Objects::nonNull)
                .collect(Collectors.toSet()));
        return pods.stream()
                .map(pod -> {
                    String host =
                            pod.getStatus() == null ? null : pod.getStatus().getPodIP();
                    return ObservedGateway.of(pod, host == null ? null : reports.get(host), closed);
                })
                .toList();
    }

    /**
     * Carries the plan out. A step that cannot be undone is planned anew on what the API server has now, for a cache may not know of what
     * was done a moment ago.
     *
     * @param security of the cluster; null when no pod can be made yet
     */
    void carryOut(
            PubSubGateway gateway,
            WantedGateways wanted,
            GatewayPlan seen,
            Map<String, GatewayReport> reports,
            @Nullable NodeSecurity security) {
        Instant now = clock.instant();
        GatewayPlan plan =
                seen.irrevocable() ? GatewayPlan.of(wanted, together(pods.fresh(gateway), reports), now) : seen;
        if (security != null) {
            for (int i = 0; i < plan.create(); i++) {
                pods.add(gateway, security);
            }
        }
        plan.admit().forEach(pod -> pods.admit(gateway, pod));
        plan.cordon().forEach(pod -> pods.cordon(gateway, pod, now));
        plan.leave().forEach(pod -> pods.leave(gateway, pod, now));
        plan.begin().forEach(pod -> {
            pods.begin(gateway, pod, now);
            tell(gateway, "GatewayDrains", pod.name() + " drains: " + connections(pod));
        });
        calls.drain(plan.orders(), wanted.drain().reconnectSpread());
        plan.removals().stream().filter(this::proven).forEach(removal -> {
            pods.remove(gateway, removal.gateway(), removal.reason().words());
            tell(
                    gateway,
                    "GatewayRemoved",
                    removal.gateway().name() + " is removed: "
                            + removal.reason().words());
        });
    }

    /** Asked once more, for what it said before the plan was made may be over: only one that still has nobody and takes nobody goes. */
    private boolean proven(Removal removal) {
        if (removal.reason() != Removal.Reason.EMPTY) {
            return true;
        }
        GatewayReport report = calls.report(removal.gateway().pod().host());
        boolean empty = report != null && report.phase() == GatewayReport.Phase.DRAINED && report.connections() == 0;
        if (!empty) {
            LOG.debug("{} stays: asked again it says {}", removal.gateway().name(), report);
        }
        return empty;
    }

    private void tell(PubSubGateway gateway, String reason, String message) {
        events.publish(gateway, new Notice(0, clock.instant(), false, reason, message));
    }

    private static String connections(ObservedGateway gateway) {
        GatewayReport report = gateway.report();
        return report == null ? "it does not answer" : report.connections() + " connections";
    }
}
