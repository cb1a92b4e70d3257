package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.kube.NodePods;
import io.slackwater.operator.kube.NodesService;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.TierPlan;
import io.slackwater.operator.nodes.Wishes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brings a cluster nearer to its specification, one look at a time. */
@ControllerConfiguration(name = "pubsubcluster", triggerReconcilerOnAllEvents = true)
public final class PubSubClusterReconciler implements Reconciler<PubSubCluster> {
    private static final Duration CACHE_LAG = Duration.ofMillis(200);

    private final Sessions sessions;
    private final NodesService service;
    private final TierActions actions;
    private final Reporter reporter;
    private final Pace pace;
    private final InstantSource clock;

    public PubSubClusterReconciler(
            Sessions sessions,
            NodesService service,
            TierActions actions,
            Reporter reporter,
            Pace pace,
            InstantSource clock) {
        this.sessions = sessions;
        this.service = service;
        this.actions = actions;
        this.reporter = reporter;
        this.pace = pace;
        this.clock = clock;
    }

    @Override
    public UpdateControl<PubSubCluster> reconcile(PubSubCluster cluster, Context<PubSubCluster> context) {
        if (context.isPrimaryResourceDeleted() || cluster.isMarkedForDeletion()) {
            end(cluster);
            return UpdateControl.noUpdate();
        }
        Instant now = clock.instant();
        ClusterSession session = sessions.of(cluster);
        Snapshot snapshot = session.snapshot();
        List<ObservedPod> pods = observe(context);
        if (!session.introduced()) {
            if (!actions.allKnown(cluster, pods)) {
                return UpdateControl.<PubSubCluster>noUpdate().rescheduleAfter(CACHE_LAG);
            }
            session.introduce();
        }
        List<ObservedPod> disappeared = session.disappeared(pods, snapshot);

        List<String> refusals = Validation.refusals(cluster.getSpec());
        if (!refusals.isEmpty()) {
            reporter.invalid(cluster, session, refusals, now);
            return pace.of(snapshot, UpdateControl.noUpdate());
        }
        NodeSecurity security = NodeSecurity.of(cluster.getSpec().nodes(), pods);
        String unsafe = session.security().look(cluster, security, pods, now);
        if (!session.security().ready(security)) {
            reporter.report(cluster, session, pods, unsafe, now);
            return pace.of(snapshot, UpdateControl.noUpdate());
        }
        TierPlan plan = TierPlan.of(cluster.getSpec().replicas(), pods, snapshot, now);

        List<ObservedPod> all =
                Stream.concat(pods.stream(), disappeared.stream()).toList();
        session.coordinator().wish(Wishes.of(cluster.getSpec(), all, plan.owners(), snapshot, now));
        try {
            service.ensure(cluster, context.getSecondaryResource(Service.class));
            actions.carryOut(cluster, plan, pods, security, session);
        } catch (KubernetesClientException e) {
            reporter.report(cluster, session, pods, "the Kubernetes API refused a change: " + e.getMessage(), now);
            throw e; // tried again, ever more slowly
        }
        String held = Stream.of(unsafe, security.held(cluster.getSpec().nodes()), plan.held())
                .filter(sentence -> !sentence.isEmpty())
                .collect(Collectors.joining("; "));
        reporter.report(cluster, session, pods, held, now);
        return pace.of(session.snapshot(), UpdateControl.noUpdate());
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
