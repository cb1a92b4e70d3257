package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.gateways.GatewayPod;
import io.slackwater.operator.nodes.Naming;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The Service of the gateways that take clients, and the PodDisruptionBudget over the same pods. */
public final class GatewayAccess {
    private static final int PORT = 80;

    private final KubernetesClient client;

    public GatewayAccess(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Creates the Service or mends its selector. Its type, its ports and its annotations belong to the user once it is there.
     *
     * @param present as the cache has it, which may lag behind
     * @throws KubernetesClientException the API refuses it, or something else has that name
     */
    public void ensureService(PubSubGateway gateway, Optional<Service> present) {
        Service wanted = service(gateway);
        if (present.isEmpty()) {
            Owned.create(client, gateway, wanted);
        } else if (!wanted.getSpec()
                .getSelector()
                .equals(present.get().getSpec().getSelector())) {
            client.resource(new ServiceBuilder(present.get())
                            .editSpec()
                            .withSelector(wanted.getSpec().getSelector())
                            .endSpec()
                            .build())
                    .update();
        }
    }

    /**
     * Creates the budget or changes it.
     *
     * @param present as the cache has it; where that lags behind, the change comes at the next look
     * @throws KubernetesClientException the API refuses it, or something else has that name
     */
    public void ensureBudget(PubSubGateway gateway, Optional<PodDisruptionBudget> present, int minAvailable) {
        String name = gateway.getMetadata().getName();
        Budgets.ensure(
                client,
                gateway,
                present,
                Budgets.of(
                        gateway,
                        GatewayNaming.service(name),
                        labels(name),
                        GatewayNaming.servingLabels(name),
                        minAvailable));
    }

    private static Map<String, String> labels(String gateway) {
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(gateway));
        labels.put(GatewayNaming.GATEWAY, gateway);
        return labels;
    }

    private static Service service(PubSubGateway gateway) {
        String name = gateway.getMetadata().getName();
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(GatewayNaming.service(name))
                .withNamespace(gateway.getMetadata().getNamespace())
                .withLabels(labels(name))
                .withOwnerReferences(Naming.owner(gateway))
                .endMetadata()
                .withNewSpec()
                .withSelector(GatewayNaming.servingLabels(name))
                .addNewPort()
                .withName("stomp")
                .withPort(PORT)
                .withNewTargetPort(GatewayPod.PORT)
                .endPort()
                .endSpec()
                .build();
    }
}
