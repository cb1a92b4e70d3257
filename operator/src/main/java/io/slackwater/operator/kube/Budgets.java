package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.operator.nodes.Naming;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;

/** PodDisruptionBudgets that the operator keeps. */
final class Budgets {
    private Budgets() {}

    /** A budget. An integer, for a share, and also {@code maxUnavailable}, would need a scale subresource that covers all pods. */
    static PodDisruptionBudget of(
            HasMetadata owner,
            String name,
            Map<String, String> labels,
            Map<String, String> selector,
            int minAvailable) {
        return new PodDisruptionBudgetBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Naming.owner(owner))
                .endMetadata()
                .withNewSpec()
                .withMinAvailable(new IntOrString(minAvailable))
                .withNewSelector()
                .withMatchLabels(selector)
                .endSelector()
                // One that is not ready is no help to those that are; kept, it would hold up the machine that is to be
                // drained.
                .withUnhealthyPodEvictionPolicy("AlwaysAllow")
                .endSpec()
                .build();
    }

    /**
     * Creates the budget or changes it. Does nothing when {@code present} is as it should be.
     *
     * @param present as the cache has it; where that lags behind, the change comes at the next look
     * @throws KubernetesClientException the API refuses it, or something else has that name
     */
    static void ensure(
            KubernetesClient client,
            HasMetadata owner,
            Optional<PodDisruptionBudget> present,
            PodDisruptionBudget wanted) {
        if (present.isEmpty()) {
            Owned.create(client, owner, wanted);
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

    private static boolean alike(PodDisruptionBudgetSpec a, PodDisruptionBudgetSpec b) {
        return b != null
                && a.getMinAvailable().equals(b.getMinAvailable())
                && a.getUnhealthyPodEvictionPolicy().equals(b.getUnhealthyPodEvictionPolicy())
                && b.getSelector() != null
                && a.getSelector().getMatchLabels().equals(b.getSelector().getMatchLabels());
    }
}
