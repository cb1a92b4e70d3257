package io.slackwater.operator.reconcile.gateways;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewaySpec;
import io.slackwater.operator.gateways.GatewayEvictions;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.gateways.GatewayPlan;
import io.slackwater.operator.gateways.GatewayReport;
import io.slackwater.operator.gateways.GatewayWishes;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.gateways.Shedding;
import io.slackwater.operator.gateways.WantedGateways;
import io.slackwater.operator.kube.GatewayAccess;
import io.slackwater.operator.kube.GatewayPods;
import io.slackwater.operator.reconcile.Pace;
import io.slackwater.operator.reconcile.ScalingWishes;
import io.slackwater.operator.scaling.TierKind;
import io.slackwater.operator.status.GatewayStatusReport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings a gateway tier nearer to its specification, one look at a time. */
@ControllerConfiguration(name = "pubsubgateway", triggerReconcilerOnAllEvents = true)
public final class PubSubGatewayReconciler implements Reconciler<PubSubGateway> {
    private final MemberSecurity security;
    private final GatewayAccess access;
    private final GatewayActions actions;
    private final GatewayReporter reporter;
    private final GatewayScalers scalers;
    private final GatewayAutoscalings autoscalings;
    private final GatewayRebalances rebalances;
    private final Pace pace;
    private final InstantSource clock;
    private final Map<String, GatewayFigures> figures = new ConcurrentHashMap<>();

    public PubSubGatewayReconciler(
            MemberSecurity security,
            GatewayAccess access,
            GatewayActions actions,
            GatewayReporter reporter,
            GatewayScalers scalers,
            GatewayAutoscalings autoscalings,
            GatewayRebalances rebalances,
            Pace pace,
            InstantSource clock) {
        this.security = security;
        this.access = access;
        this.actions = actions;
        this.reporter = reporter;
        this.scalers = scalers;
        this.autoscalings = autoscalings;
        this.rebalances = rebalances;
        this.pace = pace;
        this.clock = clock;
    }

    @Override
    public UpdateControl<PubSubGateway> reconcile(PubSubGateway gateway, Context<PubSubGateway> context) {
        if (context.isPrimaryResourceDeleted() || gateway.isMarkedForDeletion()) {
            figures.remove(key(gateway));
            scalers.forget(gateway);
            autoscalings.forget(gateway);
            rebalances.forget(gateway);
            reporter.forget(gateway); // its pods are asked to go by the garbage collector, and drain by themselves
            return UpdateControl.noUpdate();
        }
        Instant now = clock.instant();
        List<String> refusals = refusals(gateway.getSpec());
        if (!refusals.isEmpty()) {
            reporter.invalid(gateway, refusals, now);
            return pace.next(false);
        }
        List<Pod> pods = List.copyOf(context.getSecondaryResources(Pod.class));
        Map<String, GatewayReport> reports = actions.ask(pods);
        List<ObservedGateway> observed = actions.together(pods, reports);
        WantedGateways wanted = GatewayWishes.wanted(gateway.getSpec(), autoscalings.look(gateway, observed, now));
        GatewayPlan plan = GatewayPlan.of(wanted, observed, now);
        MemberSecurity.Look look = plan.create() > 0
                ? security.look(gateway, context.getSecondaryResource(PubSubCluster.class))
                : MemberSecurity.Look.NOT_NEEDED;
        List<String> troubles = new ArrayList<>();
        if (!look.trouble().isEmpty()) {
            troubles.add(look.trouble());
        }
        String several = scalers.look(gateway, now);
        if (!several.isEmpty()) {
            troubles.add(several);
        }
        figures.put(key(gateway), new GatewayFigures(autoscalings.status(gateway), !several.isEmpty()));
        // Before a pod is taken into the endpoints: it is not to count as a spare one.
        guard(gateway, GatewayEvictions.minAvailable(wanted, observed), context, troubles);
        try {
            access.ensureService(gateway, context.getSecondaryResource(Service.class));
            actions.carryOut(gateway, wanted, plan, reports, look.security());
        } catch (KubernetesClientException e) {
            troubles.addFirst("the Kubernetes API refused a change: " + e.getMessage());
            reporter.report(
                    gateway, wanted, observed, change(gateway, plan, troubles, rebalances.present(gateway)), now);
            throw e; // tried again, ever more slowly
        }
        Shedding shedding = rebalances.look(gateway, wanted, observed, now);
        reporter.report(gateway, wanted, observed, change(gateway, plan, troubles, shedding), now);
        return pace.next(plan.busy()
                || observed.stream().anyMatch(pod -> !pod.serves())
                || shedding != null && shedding.active());
    }

    /** How each tier stood at the last look, by {@code namespace/name}. For any thread. */
    public Map<String, GatewayFigures> figures() {
        return Map.copyOf(figures);
    }

    private static String key(PubSubGateway gateway) {
        return gateway.getMetadata().getNamespace() + "/"
                + gateway.getMetadata().getName();
    }

    private static List<String> refusals(PubSubGatewaySpec spec) {
        List<String> refusals = new ArrayList<>(GatewayWishes.refusals(spec));
        if (spec != null) {
            refusals.addAll(ScalingWishes.refusals(spec.autoscaling(), TierKind.GATEWAYS));
        }
        return refusals;
    }

    private GatewayStatusReport.Change change(
            PubSubGateway gateway, GatewayPlan plan, List<String> troubles, @Nullable Shedding shedding) {
        return new GatewayStatusReport.Change(plan.held(), troubles, shedding, autoscalings.status(gateway));
    }

    /** Without a budget everything else goes on as it should, so what the API says to it is merely told. */
    private void guard(PubSubGateway gateway, int minAvailable, Context<PubSubGateway> context, List<String> troubles) {
        try {
            access.ensureBudget(gateway, context.getSecondaryResource(PodDisruptionBudget.class), minAvailable);
        } catch (KubernetesClientException e) {
            troubles.add("evictions are not held back one by one: " + e.getMessage());
        }
    }

    @Override
    public List<EventSource<?, PubSubGateway>> prepareEventSources(EventSourceContext<PubSubGateway> context) {
        return List.of(
                owned(Pod.class, GatewayPods.selector(), context),
                owned(Service.class, GatewayNaming.GATEWAY, context),
                owned(PodDisruptionBudget.class, GatewayNaming.GATEWAY, context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(PubSubCluster.class, PubSubGateway.class)
                                .withSecondaryToPrimaryMapper(cluster -> membersOf(cluster, context))
                                .withPrimaryToSecondaryMapper(PubSubGatewayReconciler::clusterOf)
                                .withNamespacesInheritedFromController()
                                .build(),
                        context));
    }

    private static <R extends HasMetadata> EventSource<?, PubSubGateway> owned(
            Class<R> type, String selector, EventSourceContext<PubSubGateway> context) {
        return new InformerEventSource<>(
                InformerEventSourceConfiguration.from(type, PubSubGateway.class)
                        .withLabelSelector(selector)
                        .withNamespacesInheritedFromController()
                        .build(),
                context);
    }

    private static Set<ResourceID> membersOf(PubSubCluster cluster, EventSourceContext<PubSubGateway> context) {
        return context.getPrimaryCache()
                .list(
                        cluster.getMetadata().getNamespace(),
                        gateway -> clusterOf(gateway).contains(ResourceID.fromResource(cluster)))
                .map(ResourceID::fromResource)
                .collect(Collectors.toSet());
    }

    private static Set<ResourceID> clusterOf(PubSubGateway gateway) {
        return gateway.getSpec() == null || gateway.getSpec().clusterRef() == null
                ? Set.of()
                : Set.of(new ResourceID(
                        gateway.getSpec().clusterRef().name(),
                        gateway.getMetadata().getNamespace()));
    }
}
