package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodePod;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.nodes.ObservedPod;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Adds, labels and removes node pods. Every method throws {@link KubernetesClientException} when the API does not do it. */
public final class NodePods {
    private static final Logger LOG = LoggerFactory.getLogger(NodePods.class);

    private final KubernetesClient client;
    private final IntUnaryOperator random;

    /** @param random for names: a number from 0 up to its argument, which is left out */
    public NodePods(KubernetesClient client, IntUnaryOperator random) {
        this.client = client;
        this.random = random;
    }

    /** The node pods as the API server has them now, past any cache: what is created is decided on these. */
    public List<Pod> fresh(PubSubCluster cluster) {
        return Owned.pods(
                client, cluster, Naming.nodeLabels(cluster.getMetadata().getName()));
    }

    /**
     * Takes over node pods that a former cluster of this name has left without an owner, as {@code kubectl delete --cascade=orphan} and
     * restored backups do.
     */
    public void adopt(PubSubCluster cluster) {
        String namespace = cluster.getMetadata().getNamespace();
        client
                .pods()
                .inNamespace(namespace)
                .withLabels(Naming.nodeLabels(cluster.getMetadata().getName()))
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getOwnerReferences().isEmpty())
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .forEach(pod -> adopt(cluster, pod));
    }

    private void adopt(PubSubCluster cluster, Pod orphan) {
        // The uid keeps it from becoming another pod's, the version from undoing what somebody else does to it.
        ObjectMeta claimed = new ObjectMetaBuilder()
                .withUid(orphan.getMetadata().getUid())
                .withResourceVersion(orphan.getMetadata().getResourceVersion())
                .withOwnerReferences(Naming.owner(cluster))
                .build();
        client.resource(orphan) // otherwise the client would read it first
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(
                                new PodBuilder().withMetadata(claimed).build()));
        LOG.info(
                "took over pod {}/{}, which had no owner",
                orphan.getMetadata().getNamespace(),
                orphan.getMetadata().getName());
    }

    /** Adds a pod under a new name. */
    public void add(PubSubCluster cluster, NodeSecurity security) {
        String name = Naming.newPod(cluster.getMetadata().getName(), random);
        client.resource(NodePod.of(cluster, name, security)).create();
        LOG.info("added pod {}/{}", cluster.getMetadata().getNamespace(), name);
    }

    /** Asks a pod to go; nothing happens if it is gone. Names are never used twice, so it can be no other. */
    public void remove(PubSubCluster cluster, ObservedPod pod, String why) {
        String namespace = cluster.getMetadata().getNamespace();
        client.pods().inNamespace(namespace).withName(pod.name()).delete();
        LOG.info("removed pod {}/{}: {}", namespace, pod.name(), why);
    }

    /**
     * Sets or takes away the label that Services and autoscalers select by, and sets that of the revision; nothing happens if the pod
     * is gone.
     */
    public void label(PubSubCluster cluster, ObservedPod pod, boolean serving, String revision) {
        Owned.patchPod(
                client,
                cluster.getMetadata().getNamespace(),
                pod.name(),
                "{\"metadata\":{\"labels\":{\"" + Naming.SERVING + "\":" + (serving ? "\"true\"" : "null") + ",\""
                        + Naming.REVISION + "\":\"" + revision + "\"}}}");
    }

    /** The labels by which informers find the pods. */
    public static String selector() {
        return Naming.ROLE + "=" + Naming.NODE;
    }
}
