package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.gateways.GatewayPod;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import java.time.Instant;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds, marks and removes gateway pods: the steps of a gateway's way out are written on its pod. Every method throws {@link
 * KubernetesClientException} when the API does not do it.
 */
public final class GatewayPods {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayPods.class);

    private final KubernetesClient client;
    private final IntUnaryOperator random;

    /** @param random for names: a number from 0 up to its argument, which is left out */
    public GatewayPods(KubernetesClient client, IntUnaryOperator random) {
        this.client = client;
        this.random = random;
    }

    /** The pods as the API server has them now, past any cache: what cannot be undone is decided on these. */
    public List<Pod> fresh(PubSubGateway gateway) {
        return Owned.pods(
                client, gateway, GatewayNaming.labels(gateway.getMetadata().getName()));
    }

    /** Adds a pod under a new name. */
    public void add(PubSubGateway gateway, NodeSecurity security) {
        String name = GatewayNaming.newPod(gateway.getMetadata().getName(), random);
        client.resource(GatewayPod.of(gateway, name, security)).create();
        LOG.info("added pod {}/{}", gateway.getMetadata().getNamespace(), name);
    }

    /** Takes a pod into the endpoints. */
    public void admit(PubSubGateway gateway, ObservedGateway pod) {
        mark(gateway, pod, "\"true\"", GatewayNaming.CORDONED_AT, "null");
        LOG.info("pod {}/{} takes clients", gateway.getMetadata().getNamespace(), pod.name());
    }

    /** Takes a pod out of the endpoints; its connections stay. */
    public void cordon(PubSubGateway gateway, ObservedGateway pod, Instant now) {
        mark(gateway, pod, "null", GatewayNaming.CORDONED_AT, "\"" + now + "\"");
        LOG.info("pod {}/{} takes no further clients", gateway.getMetadata().getNamespace(), pod.name());
    }

    /** From now on there is no way back for it. */
    public void leave(PubSubGateway gateway, ObservedGateway pod, Instant now) {
        mark(gateway, pod, "null", GatewayNaming.LEAVING_SINCE, "\"" + now + "\"");
    }

    /** From now on its clients are told to go. */
    public void begin(PubSubGateway gateway, ObservedGateway pod, Instant now) {
        mark(gateway, pod, "null", GatewayNaming.DRAINING_SINCE, "\"" + now + "\"");
        LOG.info("pod {}/{} drains", gateway.getMetadata().getNamespace(), pod.name());
    }

    /** Asks a pod to go; nothing happens if it is gone. Names are never used twice, so it can be no other. */
    public void remove(PubSubGateway gateway, ObservedGateway pod, String why) {
        String namespace = gateway.getMetadata().getNamespace();
        client.pods().inNamespace(namespace).withName(pod.name()).delete();
        LOG.info("removed pod {}/{}: {}", namespace, pod.name(), why);
    }

    private void mark(PubSubGateway gateway, ObservedGateway pod, String serving, String annotation, String value) {
        Owned.patchPod(
                client,
                gateway.getMetadata().getNamespace(),
                pod.name(),
                "{\"metadata\":{\"labels\":{\"" + Naming.SERVING + "\":" + serving + "},\"annotations\":{\""
                        + annotation + "\":" + value + "}}}");
    }

    /** The labels by which informers find the pods. */
    public static String selector() {
        return GatewayNaming.GATEWAY + "," + Naming.ROLE + "=" + GatewayNaming.ROLE;
    }
}
