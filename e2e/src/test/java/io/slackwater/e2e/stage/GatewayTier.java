package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewayStatus;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** A PubSubGateway of a scenario. */
public final class GatewayTier {
    private static final Duration SOON = Duration.ofMinutes(3);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    GatewayTier(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    /** As {@code kubectl scale} does. */
    public void scale(int replicas) {
        resource().scale(replicas);
    }

    /** Returns when just so many are there, and all take clients. */
    public void awaitServing(int replicas) {
        Awaitility.await(replicas + " gateways of " + name)
                .atMost(SOON)
                .ignoreExceptions()
                .until(() -> {
                    PubSubGatewayStatus status = resource().get().getStatus();
                    return status.replicas() == replicas && pods().size() == replicas;
                });
    }

    public List<Pod> pods() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("slackwater.io/gateway", name)
                .list()
                .getItems();
    }

    public void delete() {
        resource().delete();
    }

    private Resource<PubSubGateway> resource() {
        return client.resources(PubSubGateway.class).inNamespace(namespace).withName(name);
    }
}
