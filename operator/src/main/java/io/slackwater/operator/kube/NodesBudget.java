package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.nodes.Naming;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The PodDisruptionBudget of the nodes that own slots, see {@link io.slackwater.operator.nodes.Evictions}. */
public final class NodesBudget {
    private final KubernetesClient client;

    public NodesBudget(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Creates the budget or changes it. Does nothing when {@code present} is as it should be.
     *
     * @param present as the cache has it; where that lags behind, the change comes at the next look
     * @throws KubernetesClientException the API refuses it, or something else has that name
     */
    public void ensure(PubSubCluster cluster, Optional<PodDisruptionBudget> present, int minAvailable) {
        PodDisruptionBudget wanted = wanted(cluster, minAvailable);
        if (present.isEmpty()) {
            Owned.create(client, cluster, wanted);
        } else if (!alike(wanted.getSpec(), present.get().getSpec())) {
            try {
                client.resource(new PodDisruptionBudgetBuilder(present.get())
                                .withSpec(wanted.getSpec())
                                .build())
                        .update();
            } catch (KubernetesClientException e) {
                if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                    throw e;
                }
            }
        }
    }

    /** An integer, for a share, and also {@code maxUnavailable}, would need a scale subresource that covers all nodes. */
    static PodDisruptionBudget wanted(PubSubCluster cluster, int minAvailable) {
        String name = cluster.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(name));
        labels.put(Naming.CLUSTER, name);
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(Naming.nodesBudget(name))
                .withNamespace(cluster.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Naming.owner(cluster))
                .endMetadata()
                .withNewSpec()
                .withMinAvailable(new IntOrString(minAvailable))
                .withNewSelector()
                .withMatchLabels(Naming.servingLabels(name))
                .endSelector()
                // One that is not ready is no help to those that are; kept, it would hold up the machine that is to be
                // drained.
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .endSpec()
                .build();
    }

    private static boolean alike(PodDisruptionBudgetSpec a, PodDisruptionBudgetSpec b) {
        return b != null
                && a.getMinAvailable().equals(b.getMinAvailable())
                && a.getUnhealthyPodEvictionPolicy().equals(b.getUnhealthyPodEvictionPolicy())
                && b.getSelector() != null
                && a.getSelector().getMatchLabels().equals(b.getSelector().getMatchLabels());
    }
}
