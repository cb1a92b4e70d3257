package io.slackwater.operator.reconcile;

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
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.slackwater.crds.AutoscalingSpec;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.discovery.Withdrawal;
import io.slackwater.operator.kube.Finalizers;
import io.slackwater.operator.kube.NodePods;
import io.slackwater.operator.kube.NodesBudget;
import io.slackwater.operator.kube.NodesService;
import io.slackwater.operator.migration.Shape;
import io.slackwater.operator.nodes.Evictions;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.Revision;
import io.slackwater.operator.nodes.TierPlan;
import io.slackwater.operator.nodes.Wanted;
import io.slackwater.operator.nodes.Wishes;
import io.slackwater.operator.reconcile.ClusterWindows.WindowState;
import io.slackwater.operator.status.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brings a cluster nearer to its specification, one look at a time. */
@ControllerConfiguration(name = "pubsubcluster", triggerReconcilerOnAllEvents = true)
public final class PubSubClusterReconciler implements Reconciler<PubSubCluster> {
    private static final Duration CACHE_LAG = Duration.ofMillis(200);
    private static final Duration FAREWELL_LOOK = Duration.ofMillis(500);

    private final Sessions sessions;
    private final NodesService service;
    private final NodesBudget budget;
    private final TierActions actions;
    private final Reporter reporter;
    private final Farewell farewell;
    private final Pace pace;
    private final InstantSource clock;

    public PubSubClusterReconciler(
            Sessions sessions,
            NodesService service,
            NodesBudget budget,
            TierActions actions,
            Reporter reporter,
            Farewell farewell,
            Pace pace,
            InstantSource clock) {
        this.sessions = sessions;
        this.service = service;
        this.budget = budget;
        this.actions = actions;
        this.reporter = reporter;
        this.farewell = farewell;
        this.pace = pace;
        this.clock = clock;
    }

    @Override
    public UpdateControl<PubSubCluster> reconcile(PubSubCluster written, Context<PubSubCluster> context) {
        if (context.isPrimaryResourceDeleted()) {
            end(written);
            farewell.forget(written);
            return UpdateControl.noUpdate();
        }
        if (written.isMarkedForDeletion()) {
            end(written);
            return farewell.look(written, clock.instant())
                    ? UpdateControl.noUpdate()
                    : UpdateControl.<PubSubCluster>noUpdate().rescheduleAfter(FAREWELL_LOOK);
        }
        Instant now = clock.instant();
        ClusterSession session = sessions.of(written);
        Snapshot snapshot = session.snapshot();
        List<ObservedPod> cached = observe(context);
        if (sessions.ending()) {
            return UpdateControl.noUpdate();
        }
        if (!session.introduced()) {
            if (!actions.allKnown(written, cached)) {
                return UpdateControl.<PubSubCluster>noUpdate().rescheduleAfter(CACHE_LAG);
            }
            session.introduce();
        }
        List<ObservedPod> pods = session.pods().present(cached, snapshot, () -> actions.fresh(written));
        List<ObservedPod> disappeared = session.pods().disappeared(pods, snapshot);

        List<String> refusals = Validation.refusals(written.getSpec(), now);
        if (!refusals.isEmpty()) {
            reporter.invalid(written, session, refusals, now);
            return pace.of(snapshot, UpdateControl.noUpdate());
        }
        String unpublished = session.publication()
                .look(written, snapshot.leading() ? session.coordinator().published() : null, now);
        AutoscalingSpec autoscaling = written.getSpec().autoscaling();
        String scalers = session.scalers()
                .look(written, written.getSpec().replicas(), autoscaling != null && !autoscaling.dryRun(), now);
        WindowState tide =
                session.windows().look(written, snapshot, session.migrations().openSince(), now);
        PubSubCluster cluster = asking(
                written,
                session.autoscaling()
                        .look(
                                written,
                                snapshot,
                                session.migrations().effective(),
                                tide,
                                () -> session.windows().later(written, now),
                                now));
        NodeSecurity security = NodeSecurity.of(cluster.getSpec().nodes(), pods);
        List<ObservedPod> spokenTo =
                pods.stream().filter(pod -> !snapshot.silent(pod.uid())).toList();
        String unsafe = session.security().look(cluster, security, spokenTo, now);
        if (!session.security().ready(security)) {
            reporter.report(cluster, session, pods, unsafe, StatusReport.Change.UNKNOWN, now);
            return pace.of(snapshot, UpdateControl.noUpdate());
        }
        String revision = Revision.of(cluster.getSpec().nodes());
        Shape asked = new Shape(
                cluster.getSpec().replicas(),
                cluster.getSpec().ring().virtualNodes(),
                cluster.getSpec().ring().maxLoadPercent(),
                revision,
                0);
        ClusterMigrations.Due due = session.migrations()
                .look(
                        cluster,
                        List.copyOf(context.getSecondaryResources(ChannelMigration.class)),
                        asked,
                        Gates.of(cluster.getSpec(), snapshot, tide),
                        pods,
                        snapshot,
                        now);
        Wanted wanted = new Wanted(due.effective().replicas(), revision, due.postponed(revision));
        TierPlan plan = TierPlan.of(wanted, pods, snapshot, now);

        List<ObservedPod> all =
                Stream.concat(pods.stream(), disappeared.stream()).toList();
        session.coordinator()
                .wish(Wishes.of(
                        cluster.getSpec(),
                        due.planner(),
                        due.effective().rebalance(),
                        all,
                        plan,
                        snapshot,
                        held(cluster, due),
                        due.abandoned(),
                        now));
        // Before a pod is labelled as serving: it is not to count as a spare one.
        String unguarded = guard(
                cluster,
                Evictions.minAvailable(wanted, plan, pods, snapshot, !due.held().isEmpty()),
                context);
        try {
            service.ensure(cluster, context.getSecondaryResource(Service.class));
            actions.carryOut(cluster, wanted, plan, pods, security, session);
        } catch (KubernetesClientException e) {
            if (endsWithItsNamespace(e)) {
                actions.dismiss(cluster, session);
                return pace.of(session.snapshot(), UpdateControl.noUpdate());
            }
            reporter.report(
                    cluster,
                    session,
                    pods,
                    "the Kubernetes API refused a change: " + e.getMessage(),
                    change(due, session),
                    now);
            throw e; // tried again, ever more slowly
        }
        String held = Stream.of(
                        unsafe,
                        scalers,
                        tide.alert(),
                        session.migrations().hurry(cluster, now),
                        session.migrations().trouble(),
                        security.held(cluster.getSpec().nodes()),
                        plan.held(),
                        unguarded,
                        unpublished)
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining("; "));
        reporter.report(cluster, session, pods, held, change(due, session), now);
        return pace.of(session.snapshot(), UpdateControl.noUpdate());
    }

    /** Whether nothing can be made any more, since the whole namespace is deleted: its pods were asked to go, the cluster is next. */
    private static boolean endsWithItsNamespace(KubernetesClientException e) {
        return e.getStatus() != null
                && e.getStatus().getDetails() != null
                && e.getStatus().getDetails().getCauses() != null
                && e.getStatus().getDetails().getCauses().stream()
                        .anyMatch(cause -> "NamespaceTerminating".equals(cause.getReason()));
    }

    /** The cluster with as many nodes as are asked for, whoever asks; what is stored stays as it is. */
    private static PubSubCluster asking(PubSubCluster written, int replicas) {
        if (written.getSpec().replicas() == replicas) {
            return written;
        }
        PubSubCluster cluster = new PubSubCluster();
        cluster.setMetadata(written.getMetadata());
        cluster.setSpec(written.getSpec().withReplicas(replicas));
        cluster.setStatus(written.getStatus());
        return cluster;
    }

    private static String held(PubSubCluster cluster, ClusterMigrations.Due due) {
        return !due.held().isEmpty()
                ? due.held()
                : cluster.getSpec().migration().paused() ? "paused by migration.paused" : "";
    }

    private static StatusReport.Change change(ClusterMigrations.Due due, ClusterSession session) {
        return new StatusReport.Change(
                due.status(), due.waiting(), due.load(), session.autoscaling().status());
    }

    /** Without a budget everything else goes on as it should, so what the API says to it is merely told; empty when all is well. */
    private String guard(PubSubCluster cluster, OptionalInt minAvailable, Context<PubSubCluster> context) {
        try {
            minAvailable.ifPresent(
                    min -> budget.ensure(cluster, context.getSecondaryResource(PodDisruptionBudget.class), min));
            return "";
        } catch (KubernetesClientException e) {
            return "evictions are not held back one by one: " + e.getMessage();
        }
    }

    @Override
    public List<EventSource<?, PubSubCluster>> prepareEventSources(EventSourceContext<PubSubCluster> context) {
        return List.of(
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Pod.class, PubSubCluster.class)
                                .withLabelSelector(NodePods.selector())
                                .withNamespacesInheritedFromController()
                                .build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(ChannelMigration.class, PubSubCluster.class)
                                .withNamespacesInheritedFromController()
                                .build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(PodDisruptionBudget.class, PubSubCluster.class)
                                .withLabelSelector(Naming.CLUSTER)
                                .withNamespacesInheritedFromController()
                                .build(),
                        context),
                new InformerEventSource<>(
                        InformerEventSourceConfiguration.from(Service.class, PubSubCluster.class)
                                .withLabelSelector(Naming.CLUSTER)
                                .withNamespacesInheritedFromController()
                                .build(),
                        context));
    }

    /** On a thread of its own: a cluster that is made again under the same name meanwhile is not seen before this look has ended. */
    private void end(PubSubCluster cluster) {
        ClusterSession ended = sessions.forget(cluster);
        if (ended != null) {
            Withdrawal withdrawal = Finalizers.on(cluster) ? ended.publication().withdraw() : null;
            if (withdrawal != null) {
                farewell.begin(cluster, withdrawal);
            }
            Thread.ofVirtual().name("end-" + cluster.getMetadata().getName()).start(() -> {
                ended.close();
                if (!leavesItsPods(cluster)) {
                    actions.dismiss(cluster, ended);
                }
            });
        }
    }

    /** Deleted with its children orphaned: its pods are to live on. */
    private static boolean leavesItsPods(PubSubCluster cluster) {
        return cluster.getMetadata().getFinalizers().contains("orphan");
    }

    private static List<ObservedPod> observe(Context<PubSubCluster> context) {
        return context.getSecondaryResourcesAsStream(Pod.class)
                .map(ObservedPod::of)
                .toList();
    }
}
