package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.readiness.Readiness;
import io.slackwater.crds.PubSubGateway;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A PubSubGateway of a scenario. */
public final class GatewayTier {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final Duration OFTEN = Duration.ofMillis(300);

    private static final Set<String> REBALANCE_ENDED = Set.of("Rebalanced", "NobodyLeft", "NotSupported");

    private final KubernetesClient client;
    private final String namespace;
    private final String name;

    GatewayTier(KubernetesClient client, String namespace, String name) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
    }

    String name() {
        return name;
    }

    /** What its pods are found by. */
    String label() {
        return "slackwater.io/gateway: " + name;
    }

    /** The Service that leads to those which take new clients. */
    String service() {
        return name + "-gateways";
    }

    /** Changes the specification, with a JSON merge patch of {@code spec}. */
    public void specify(String patch) {
        resource().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + patch + "}");
    }

    /** As {@code kubectl scale} does. */
    public void scale(int replicas) {
        resource().scale(replicas);
    }

    /** Returns when just so many are there, and all take clients. */
    public void awaitServing(int replicas) {
        awaitServing(replicas, List.of());
    }

    /** The same, and none of these pods is there any more. */
    public void awaitServingWithout(List<Pod> gone, int replicas) {
        awaitServing(replicas, gone);
    }

    private void awaitServing(int replicas, List<Pod> gone) {
        Set<String> names =
                gone.stream().map(pod -> pod.getMetadata().getName()).collect(Collectors.toSet());
        Awaitility.await(replicas + " gateways of " + name)
                .atMost(SOON)
                .pollInterval(OFTEN)
                .ignoreExceptions()
                .until(() -> {
                    List<Pod> pods = pods();
                    return resource().get().getStatus().replicas() == replicas
                            && pods.size() == replicas
                            && pods.stream().allMatch(Readiness::isPodReady)
                            && pods.stream()
                                    .noneMatch(pod ->
                                            names.contains(pod.getMetadata().getName()));
                });
    }

    /** Waits until one of them is being emptied. */
    public void awaitDraining() {
        Awaitility.await(name + " drains")
                .atMost(SOON)
                .pollInterval(OFTEN)
                .ignoreExceptions()
                .until(this::draining);
    }

    /** Whether the operator is emptying one of them. */
    public boolean draining() {
        return isAny("Draining");
    }

    /** Whether somebody has asked one of them to go. */
    public boolean ending() {
        return isAny("Ending");
    }

    private boolean isAny(String state) {
        return resource().get().getStatus().gateways().stream()
                .anyMatch(gateway -> gateway.state().equals(state));
    }

    /** Waits until as many clients as that are connected, and returns how many each gateway has by its pod. */
    public Map<String, Integer> awaitConnections(int clients) {
        Map<String, Integer> each = new TreeMap<>();
        Awaitility.await(clients + " connections of " + name)
                .atMost(SOON)
                .pollInterval(OFTEN)
                .ignoreExceptions()
                .until(() -> {
                    each.clear();
                    resource()
                            .get()
                            .getStatus()
                            .gateways()
                            .forEach(gateway ->
                                    each.put(gateway.pod(), Objects.requireNonNullElse(gateway.connections(), 0)));
                    return each.values().stream().mapToInt(Integer::intValue).sum() == clients;
                });
        return each;
    }

    /** Waits until moving connections to new gateways has come to an end; the condition that says so. */
    public Condition awaitRebalanced() {
        return Awaitility.await("connections of " + name + " are rebalanced")
                .atMost(SOON)
                .pollInterval(OFTEN)
                .ignoreExceptions()
                .until(
                        () -> resource().get().getStatus().conditions().stream()
                                .filter(c -> c.getType().equals("Rebalancing"))
                                .findFirst()
                                .orElseThrow(),
                        c -> REBALANCE_ENDED.contains(c.getReason()));
    }

    /** Its pods on the machine. */
    public List<Pod> podsOn(String machine) {
        return pods().stream()
                .filter(pod -> machine.equals(pod.getSpec().getNodeName()))
                .toList();
    }

    public List<Pod> pods() {
        return client.pods()
                .inNamespace(namespace)
                .withLabel("slackwater.io/gateway", name)
                .list()
                .getItems();
    }

    private Resource<PubSubGateway> resource() {
        return client.resources(PubSubGateway.class).inNamespace(namespace).withName(name);
    }
}
