package io.slackwater.e2e.stage;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.e2e.traffic.HotChannels;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/**
 * Where scenarios play, one after the other: a namespace with the cluster and the gateways that most of them share. A scenario that
 * leaves these damaged costs the next one the time to make them anew. Operator and machines are the same on all stages.
 */
public final class Stage {
    /** The stage that adapters of metrics look at; names of the others, and of namespaces that scenarios make, begin with it. */
    public static final String NAMESPACE = "slackwater-e2e";

    private static final String CLUSTER = "nearby-friends";
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final Duration STRUCK = Duration.ofMinutes(2);

    private final SuiteSettings settings;
    private final KubernetesClient client;
    private final Installation operator;
    private final Machines machines;
    private final String namespace;
    private final AtomicInteger traffics = new AtomicInteger();

    Stage(KubernetesClient client, SuiteSettings settings, Installation operator, Machines machines, String namespace) {
        this.client = client;
        this.settings = settings;
        this.operator = operator;
        this.machines = machines;
        this.namespace = namespace;
    }

    String namespace() {
        return namespace;
    }

    public KubernetesClient client() {
        return client;
    }

    public Installation operator() {
        return operator;
    }

    public Machines machines() {
        return machines;
    }

    /** A namespace in which Pod Security "restricted" is enforced. */
    public String namespace(String name) {
        if (ending(name)) {
            awaitNamespaceGone(name, Duration.ofMinutes(3));
        }
        Namespace wanted = new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .addToLabels("app.kubernetes.io/part-of", "slackwater-e2e")
                .endMetadata()
                .build();
        client.resource(wanted).serverSideApply();
        return name;
    }

    /** The shared cluster with this many nodes, settled, and its gateways ready. */
    public Tier tier(int nodes) {
        operator.awaitReady();
        Tier tier = Tier.of(client, namespace, CLUSTER);
        if (!tier.exists()) {
            tier = create(namespace, CLUSTER, nodes);
        } else {
            tier.hurry();
            tier.scale(nodes);
        }
        tier.awaitSettled(nodes);
        gateways(namespace, CLUSTER);
        return tier;
    }

    /** A cluster that nothing has happened to, settled, beside the shared one. */
    public Tier fresh(String name, int nodes) {
        operator.awaitReady();
        Tier tier = create(namespace, name, nodes);
        tier.awaitSettled(nodes);
        return tier;
    }

    /** A cluster of the scenario's own. */
    public Tier create(String namespace, String name, int nodes) {
        return create(namespace, name, nodes, settings.nodeGraceSeconds());
    }

    /** The same, with so many seconds for a node to hand over its channels. */
    public Tier create(String namespace, String name, int nodes, int grace) {
        Tier left = Tier.of(client, namespace, name);
        if (left.exists()) { // by the same scenario, which failed and is run again
            dismantle(left);
            left.awaitGone(STRUCK);
        }
        return Tier.create(client, namespace, name, nodes, settings.nodeImage(), grace);
    }

    /** A pod in the shared namespace with this label, until it is closed. */
    public Visitor visitor(String name, String label) {
        return new Visitor(client, namespace, name, label, settings.nodeImage());
    }

    /** Deletes a cluster of the scenario's own and its gateways, which would look for their nodes for ever. */
    public void dismantle(Tier tier) {
        client.apps()
                .deployments()
                .inNamespace(tier.namespace())
                .withName(tier.name() + "-gateway")
                .delete();
        tier.delete();
    }

    /** The ConfigMap in which the ring of a cluster is stored. */
    public Resource<ConfigMap> ring(Tier tier) {
        return client.configMaps().inNamespace(tier.namespace()).withName(tier.name() + "-ring");
    }

    /** Two gateways of a cluster, ready; returns their addresses. */
    public List<String> gateways(String namespace, String cluster) {
        Manifest.of(
                        "gateways.yaml",
                        Map.of(
                                "CLUSTER",
                                cluster,
                                "NAMESPACE",
                                namespace,
                                "GATEWAY_IMAGE",
                                settings.gatewayImage(),
                                "SPARE",
                                machines.spare()))
                .apply(client);
        Awaitility.await("gateways of " + cluster + " ready")
                .atMost(SOON)
                .until(() -> client.apps()
                        .deployments()
                        .inNamespace(namespace)
                        .withName(cluster + "-gateway")
                        .isReady());
        return gatewayPods(namespace, cluster).stream()
                .map(pod -> pod.getStatus().getPodIP())
                .toList();
    }

    public List<Pod> gatewayPods(String namespace, String cluster) {
        return client.pods().inNamespace(namespace).withLabel("app", cluster + "-gateway").list().getItems().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    /** Gateways of the cluster that the operator runs, ready. */
    public GatewayTier managedGateways(Tier tier, String name, int replicas) {
        Manifest.of(
                        "managed-gateways.yaml",
                        Map.of(
                                "NAME",
                                name,
                                "NAMESPACE",
                                tier.namespace(),
                                "CLUSTER",
                                tier.name(),
                                "REPLICAS",
                                String.valueOf(replicas),
                                "GATEWAY_IMAGE",
                                settings.gatewayImage()))
                .apply(client);
        GatewayTier gateways = new GatewayTier(client, tier.namespace(), name);
        gateways.awaitServing(replicas);
        return gateways;
    }

    /** Traffic on the cluster: 200 channels, 50 users and a back end, 200 messages a second. */
    public Traffic traffic(Tier tier) {
        return traffic(tier, List.of());
    }

    /**
     * The same without users who send: in a crash the outcome of some messages is not known, and STOMP demands that a gateway ends the
     * session of a user to whom it cannot give the receipt.
     */
    public Traffic backEndTraffic(Tier tier) {
        return traffic(tier, List.of("--user-rate=0", "--back-end-rate=200"));
    }

    /**
     * Traffic of which some channels have a part to themselves.
     *
     * @param backEnd messages a second of the back end
     * @param users the same of all users
     */
    public Traffic traffic(Tier tier, HotChannels hot, int backEnd, int users) {
        String channels = hot.channels().stream().map(String::valueOf).collect(Collectors.joining(","));
        return traffic(
                tier,
                List.of(
                        "--back-end-rate=" + backEnd,
                        "--user-rate=" + users,
                        "--hot=" + channels,
                        "--hot-percent=" + hot.percent()));
    }

    /** Traffic on the shared gateways, with these options of its program. */
    public Traffic traffic(Tier tier, List<String> options) {
        return traffic(tier, gateways(tier.namespace(), tier.name()), options);
    }

    /** Traffic with its users on these gateways. */
    public Traffic traffic(Tier tier, List<String> gateways, List<String> options) {
        List<String> arguments = new ArrayList<>(List.of(
                "traffic",
                "--gateways="
                        + gateways.stream()
                                .map(ip -> "ws://" + ip + ":8080/stomp")
                                .collect(Collectors.joining(","))));
        arguments.addAll(options);
        return new Traffic(program(tier, arguments));
    }

    /** A Prometheus that looks at the gateways of the cluster; ready. */
    public Prometheus prometheus(Tier tier) {
        return new Prometheus(client, tier.namespace(), "app: " + tier.name() + "-gateway", settings.prometheusImage());
    }

    /** A Prometheus that looks at these gateways; ready. */
    public Prometheus prometheus(Tier tier, GatewayTier gateways) {
        return new Prometheus(client, tier.namespace(), gateways.label(), settings.prometheusImage());
    }

    /** Kubernetes' own scaler on the cluster, by what its gateways deliver: 250 messages a second are for one node. */
    public Scaler hpa(Tier tier) {
        return Scaler.hpa(
                client, namespace, "PubSubCluster", tier.name(), 3, "slackwater_gateway_messages_out_total", 250);
    }

    /** Kubernetes' own scaler on the gateways, by their connections. */
    public Scaler hpa(GatewayTier gateways, int connections) {
        return Scaler.hpa(
                client, namespace, "PubSubGateway", gateways.name(), 2, "slackwater_gateway_connections", connections);
    }

    /** Skips the scenario, with the reason, on a cluster without KEDA. */
    public void needsKeda() {
        Scaler.requireKeda(client);
    }

    /** KEDA on the cluster, by the same. */
    public Scaler keda(Tier tier, Prometheus prometheus, String query) {
        return Scaler.keda(client, tier, prometheus, query);
    }

    /** A HAProxy in front of these gateways; ready. */
    public LoadBalancer loadBalancer(Tier tier, GatewayTier gateways) {
        return new LoadBalancer(client, tier.namespace(), gateways, settings.haproxyImage());
    }

    /** Users of gateways that the operator runs, through their Service; returns when all are connected. */
    public CrowdOfUsers crowd(Tier tier, GatewayTier gateways, int users) {
        return crowd(tier, "ws://" + gateways.service() + ":80/stomp", users);
    }

    /** The same, through a load balancer. */
    public CrowdOfUsers crowd(Tier tier, LoadBalancer balancer, int users) {
        return crowd(tier, balancer.url(), users);
    }

    private CrowdOfUsers crowd(Tier tier, String url, int users) {
        return new CrowdOfUsers(program(tier, List.of("crowd", "--clients=" + users, "--gateways=" + url)));
    }

    private TrafficPod program(Tier tier, List<String> arguments) {
        return TrafficPod.start(
                client,
                tier,
                "traffic-" + traffics.incrementAndGet(),
                settings.trafficImage(),
                machines.spare(),
                arguments);
    }

    /** Takes the shared cluster away, if it is there. The next scenario on this stage makes it anew. */
    void strike() {
        Tier shared = Tier.of(client, namespace, CLUSTER);
        if (shared.exists()) {
            dismantle(shared);
            shared.awaitGone(STRUCK);
        }
    }

    /** Ends whatever traffic and gateways of its own a scenario has left: they would be counted with those of the next one. */
    void endTraffic() {
        client.pods()
                .inNamespace(namespace)
                .withLabel("app", "traffic")
                .withGracePeriod(0)
                .delete();
        client.resources(PubSubGateway.class).inNamespace(namespace).delete();
    }

    /** Lets time pass, for scenarios in which it is time that something has to survive. */
    public void pass(int seconds) {
        Instant end = Instant.now().plusSeconds(seconds);
        Awaitility.await(seconds + " s")
                .atMost(Duration.ofSeconds(seconds + 10L))
                .until(() -> Instant.now().isAfter(end));
    }

    /** Makes a cluster whose object was deleted again, from what it was. */
    public void recreate(PubSubCluster was) {
        PubSubCluster again = new PubSubCluster();
        again.getMetadata().setName(was.getMetadata().getName());
        again.getMetadata().setNamespace(was.getMetadata().getNamespace());
        again.setSpec(was.getSpec());
        client.resource(again).create();
    }

    /**
     * Keeps the operator from the nodes until it is closed: a NetworkPolicy lets only pods of their own namespace in, and the connections
     * that the operator has are ended, since established ones may be left alone by whoever enforces the policy.
     */
    public Temporary cutOperatorOff(Tier tier) {
        Manifest policy =
                Manifest.of("operator-cut-off.yaml", Map.of("NAMESPACE", tier.namespace(), "CLUSTER", tier.name()));
        // Policies add up, so those of the chart have to go meanwhile.
        List<NetworkPolicy> others = client.network()
                .v1()
                .networkPolicies()
                .inNamespace(tier.namespace())
                .list()
                .getItems();
        client.resourceList(others).delete();
        policy.apply(client);
        Set<String> operators = new HashSet<>();
        operator.pods().forEach(pod -> operators.add(pod.getStatus().getPodIP()));
        pass(2);
        tier.pods().forEach(pod -> Server.of(client, pod).endConnectionsFrom(operators));
        return () -> {
            others.forEach(other -> client.resource(other).unlock().createOr(present -> present.update()));
            policy.delete(client);
        };
    }

    /** Moves replicas of the operator away from the machine. */
    public void emptyOfOperators(String machine) {
        try (Temporary thereNot = machines.notOn(machine)) {
            operator.pods().stream()
                    .filter(pod -> machine.equals(pod.getSpec().getNodeName()))
                    .forEach(pod -> operator.kill(pod.getMetadata().getName()));
            operator.awaitReady();
        }
    }

    /** Asks for these pods to be evicted, all at the same time, each again and again until that is allowed; as drains do. */
    public void evict(List<Pod> pods) {
        pods.parallelStream()
                .forEach(pod -> Awaitility.await(pod.getMetadata().getName() + " is evicted")
                        .atMost(SOON)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(() -> client.pods()
                                .inNamespace(pod.getMetadata().getNamespace())
                                .withName(pod.getMetadata().getName())
                                .evict()));
    }

    /** Deletes a namespace; does not wait. */
    public void deleteNamespace(String name) {
        client.namespaces().withName(name).delete();
    }

    private boolean ending(String name) {
        Namespace present = client.namespaces().withName(name).get();
        return present != null && present.getMetadata().getDeletionTimestamp() != null;
    }

    public void awaitNamespaceGone(String name, Duration within) {
        Awaitility.await("namespace " + name + " gone")
                .atMost(within)
                .until(() -> client.namespaces().withName(name).get() == null);
    }
}
