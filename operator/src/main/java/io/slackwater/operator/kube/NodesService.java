package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.nodes.Naming;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The headless Service of the nodes that own slots: its addresses are the seeds of members. */
public final class NodesService {
    private final KubernetesClient client;

    public NodesService(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Creates the Service or mends it. Does nothing when {@code present} is as it should be.
     *
     * @param present as the cache has it, which may lag behind
     * @throws KubernetesClientException the API refuses it, or something else has that name
     */
    public void ensure(PubSubCluster cluster, Optional<Service> present) {
        Service wanted = wanted(cluster);
        if (present.isEmpty()) {
            Owned.create(client, cluster, wanted);
        } else if (!wanted.getSpec()
                        .getSelector()
                        .equals(present.get().getSpec().getSelector())
                || present.get().getSpec().getPorts().size() != 1
                || present.get().getSpec().getPorts().getFirst().getPort() != Naming.PORT) {
            client.resource(new ServiceBuilder(present.get())
                            .editSpec()
                            .withSelector(wanted.getSpec().getSelector())
                            .withPorts(wanted.getSpec().getPorts())
                            .endSpec()
                            .build())
                    .update();
        }
    }

    static Service wanted(PubSubCluster cluster) {
        String name = cluster.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(name));
        labels.put(Naming.CLUSTER, name);
        return new ServiceBuilder()
                .withNewMetadata()
                .withName(Naming.nodesService(name))
                .withNamespace(cluster.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Naming.owner(cluster))
                .endMetadata()
                .withNewSpec()
                .withClusterIP("None")
                .withPublishNotReadyAddresses(false)
                .withSelector(Naming.servingLabels(name))
                .addNewPort()
                .withName("redis")
                .withPort(Naming.PORT)
                .withNewTargetPort(Naming.PORT)
                .endPort()
                .endSpec()
                .build();
    }
}
