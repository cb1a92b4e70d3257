package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.nodes.Naming;
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
        String name = cluster.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(name));
        labels.put(Naming.CLUSTER, name);
        Budgets.ensure(
                client,
                cluster,
                present,
                Budgets.of(cluster, Naming.nodesBudget(name), labels, Naming.servingLabels(name), minAvailable));
    }
}
