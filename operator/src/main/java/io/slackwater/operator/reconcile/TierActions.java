package io.slackwater.operator.reconcile;

import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.ClusterCoordinator.Proof;
import io.slackwater.operator.coordination.NodeVisits;
import io.slackwater.operator.coordination.NodeVisits.Place;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.kube.NodePods;
import io.slackwater.operator.nodes.Evictions;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.nodes.ObservedPod;
import io.slackwater.operator.nodes.TierPlan;
import io.slackwater.operator.nodes.Wanted;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.handover.ClusterNames;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out a {@link TierPlan}. */
public final class TierActions {
    private static final Logger LOG = LoggerFactory.getLogger(TierActions.class);

    private final NodePods pods;
    private final NodeVisits visits;
    private final InstantSource clock;

    public TierActions(NodePods pods, NodeVisits visits, InstantSource clock) {
        this.pods = pods;
        this.visits = visits;
        this.clock = clock;
    }

    /**
     * Takes over what a former cluster of this name has left, and tells whether the cache already has all pods of the cluster: one that is
     * missing in it would be taken for lost.
     */
    boolean allKnown(PubSubCluster cluster, List<ObservedPod> observed) {
        pods.adopt(cluster);
        Set<String> known = observed.stream().map(ObservedPod::uid).collect(Collectors.toSet());
        return pods.fresh(cluster).stream()
                .allMatch(pod -> known.contains(pod.getMetadata().getUid()));
    }

    /** The pods as the API server has them now. */
    List<ObservedPod> fresh(PubSubCluster cluster) {
        return pods.fresh(cluster).stream().map(ObservedPod::of).toList();
    }

    /** Adds, labels, releases and removes pods, as far as that can be done now. */
    void carryOut(
            PubSubCluster cluster,
            Wanted wanted,
            TierPlan plan,
            List<ObservedPod> observed,
            NodeSecurity security,
            ClusterSession session) {
        Snapshot snapshot = session.snapshot();
        if (plan.create() > 0) {
            add(cluster, wanted, security, snapshot);
        }
        for (ObservedPod pod : observed) {
            boolean serving = Evictions.serves(pod, snapshot);
            // One without a revision was made before there were any: it counts as of the present one, and from now on
            // says so.
            String revision = pod.revision().isEmpty() ? wanted.revision() : pod.revision();
            if (serving != pod.labelledServing() || !revision.equals(pod.revision())) {
                pods.label(cluster, pod, serving, revision);
            }
        }
        plan.discard()
                .forEach(pod -> pods.remove(cluster, pod, "its process does not run, and the ring does not name it"));
        plan.release().stream()
                .filter(pod -> !snapshot.silent(pod.uid()) && proven(pod, session))
                .forEach(pod -> release(cluster, pod, session));
        plan.remove().stream().filter(pod -> proven(pod, session)).forEach(pod -> {
            if (!snapshot.silent(pod.uid())) {
                release(cluster, pod, session);
            }
            pods.remove(cluster, pod, "it owns nothing and nobody is connected to it");
        });
    }

    /**
     * Answers the preStop hooks of a cluster that is deleted, also of those that have not begun yet: nothing is left to hand over to, and
     * pods would hang until their grace period is over.
     */
    void dismiss(PubSubCluster cluster, ClusterSession ended) {
        ended.pods().last().parallelStream().filter(pod -> !pod.gone()).forEach(pod -> release(cluster, pod, ended));
    }

    /** A cache may not know of the pods added a moment ago, so how many are missing is counted anew where it is known. */
    private void add(PubSubCluster cluster, Wanted wanted, NodeSecurity security, Snapshot snapshot) {
        int more =
                TierPlan.of(wanted, fresh(cluster), snapshot, clock.instant()).create();
        for (int i = 0; i < more; i++) {
            pods.add(cluster, security);
        }
    }

    /** Answers the preStop hook; done again at the next look when it did not work. */
    private void release(PubSubCluster cluster, ObservedPod pod, ClusterSession session) {
        if (pod.host().isEmpty()) {
            return;
        }
        ClusterNames names = new ClusterNames(cluster.getMetadata().getName());
        Place place = new Place(new Address(pod.host(), Naming.PORT), pod.tlsName());
        String failure = visits.release(session.security().access(), names, place);
        if (!failure.isEmpty()) {
            LOG.debug("the preStop hook of {} could not be answered: {}", pod.name(), failure);
        }
    }

    private static boolean proven(ObservedPod pod, ClusterSession session) {
        return switch (session.prove(pod)) {
            case Proof.Removable() -> true;
            case Proof.Refused(String reason) -> {
                LOG.debug("{} stays: {}", pod.name(), reason);
                yield false;
            }
        };
    }
}
