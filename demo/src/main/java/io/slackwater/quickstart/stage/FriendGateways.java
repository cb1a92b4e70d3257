package io.slackwater.quickstart.stage;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewayStatus;
import io.slackwater.crds.PubSubGatewayStatus.GatewayStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A {@code PubSubGateway} for browsers of this machine, used as with kubectl. Thread-safe. */
public final class FriendGateways {
    private static final String NAME = "friends";
    private static final int REPLICAS = 2;
    private static final int PORT = 8080;
    private static final String GENERATION = "QUICKSTART_GENERATION";
    private static final String MANIFEST = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubGateway
            metadata: {name: %s}
            spec:
              clusterRef: {name: %s}
              replicas: %d
              image: IMAGE
              env: {SLACKWATER_ALLOWED_ORIGINS: "%s", SLACKWATER_THREADS: "1", SLACKWATER_MOVE_TIME: "30000"}
              drain: {disconnectsPerSecond: 20, timeout: 60s, reconnectSpread: 1s}
            """.replace("IMAGE", Pods.GATEWAY);

    private final Machine machine;
    private final String cluster;

    /**
     * A gateway.
     *
     * @param url of its WebSocket endpoint
     * @param state as the operator says: Serving, Draining, …
     */
    public record Gateway(
            @JsonProperty String pod,
            @JsonProperty String url,
            @JsonProperty String state) {}

    /** @param cluster name of the {@code PubSubCluster} */
    public FriendGateways(Machine machine, String cluster) {
        this.machine = machine;
        this.cluster = cluster;
    }

    /** Asks for them. @param origin of the page that may connect to them, such as {@code http://127.0.0.1:8000} */
    public void create(String origin) {
        machine.client()
                .resource(Serialization.unmarshal(
                        MANIFEST.formatted(NAME, cluster, REPLICAS, origin), PubSubGateway.class))
                .inNamespace(Machine.NAMESPACE)
                .create();
    }

    /** All that have an address. */
    public List<Gateway> all() {
        PubSubGateway now = resource().get();
        PubSubGatewayStatus status = now == null ? null : now.getStatus();
        List<Gateway> gateways = new ArrayList<>();
        for (GatewayStatus gateway : status == null ? List.<GatewayStatus>of() : status.gateways()) {
            String ip = ip(gateway.pod());
            if (ip != null) {
                gateways.add(new Gateway(gateway.pod(), "ws://" + ip + ":" + PORT + "/stomp", gateway.state()));
            }
        }
        return gateways;
    }

    private @Nullable String ip(String name) {
        Pod pod = machine.client()
                .pods()
                .inNamespace(Machine.NAMESPACE)
                .withName(name)
                .get();
        return pod == null || pod.getStatus() == null ? null : pod.getStatus().getPodIP();
    }

    /**
     * Waits until they can be used.
     *
     * @throws IllegalStateException if they cannot in time
     */
    public void awaitServing(long seconds) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (serving() < REPLICAS) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("after " + seconds + " s " + serving() + " of the page's " + REPLICAS
                        + " gateways serve: " + all());
            }
            Machine.pause();
        }
    }

    private long serving() {
        return all().stream()
                .filter(gateway -> gateway.state().equals("Serving"))
                .count();
    }

    /**
     * Asks one to go, as {@code kubectl delete pod} does: the operator drains it first.
     *
     * @throws IllegalArgumentException with a sentence, if it is not one of these
     */
    public void drain(String pod) {
        if (all().stream().noneMatch(gateway -> gateway.pod().equals(pod))) {
            throw new IllegalArgumentException("there is no such gateway of the page");
        }
        machine.client().pods().inNamespace(Machine.NAMESPACE).withName(pod).delete();
    }

    /** Has all of them replaced, as a change of the specification does: in a rollout of the operator. */
    public void replaceAll() {
        int present = Integer.parseInt(resource().get().getSpec().env().getOrDefault(GENERATION, "1"));
        resource()
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"spec\":{\"env\":{\"" + GENERATION + "\":\"" + (present + 1) + "\"}}}");
    }

    private Resource<PubSubGateway> resource() {
        return machine.client()
                .resources(PubSubGateway.class)
                .inNamespace(Machine.NAMESPACE)
                .withName(NAME);
    }
}
