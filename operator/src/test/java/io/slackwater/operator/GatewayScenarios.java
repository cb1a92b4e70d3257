package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.crds.PubSubGatewayStatus;
import io.slackwater.gateway.GatewayMain;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.testkit.ContainerCommand;
import io.slackwater.testkit.ContainerRuntime;
import io.slackwater.testkit.JavaRuntime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A tier of real gateway processes with people connected to it, through everything that makes a gateway go. */
abstract class GatewayScenarios extends OperatorStage {
    static final String WEB = "web";
    private static final int PEOPLE = 40;

    @Override
    ContainerRuntime runtime() {
        ContainerRuntime java = JavaRuntime.sameClassPath("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                .image("gateway", GatewayMain.class.getName());
        return super.runtime().or(container -> java.command(container).map(this::resolved));
    }

    /** Pods have no DNS here: an address takes the place of the name of the nodes' Service. */
    private ContainerCommand resolved(ContainerCommand command) {
        Map<String, String> env = new HashMap<>(command.env());
        env.computeIfPresent(
                "SLACKWATER_SEEDS",
                (name, seeds) -> seeds.replace(
                        Naming.nodesService(NAME),
                        livePods().getFirst().getStatus().getPodIP()));
        return new ContainerCommand(command.words(), env);
    }

    void createWeb(int replicas) {
        createPlain(1);
        awaitServing(1);
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubGateway
                        metadata: {name: %s, namespace: default}
                        spec:
                          clusterRef: {name: %s}
                          replicas: %d
                          image: slackwater/gateway:test
                          drain: {disconnectsPerSecond: 20, timeout: 60s, reconnectSpread: 1s}
                        """.formatted(WEB, NAME, replicas), PubSubGateway.class))
                .create();
        awaitWeb(replicas);
    }

    void awaitWeb(int replicas) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(web())
                        .as(() -> Serialization.asYaml(web()))
                        .satisfies(status -> {
                            assertThat(status.replicas()).isEqualTo(replicas);
                            assertThat(status.gateways()).hasSize(replicas);
                            assertThat(status.conditions())
                                    .anyMatch(it -> it.getType().equals("Ready")
                                            && it.getStatus().equals("True"));
                        }));
    }

    PubSubGatewayStatus web() {
        PubSubGatewayStatus status = client.resources(PubSubGateway.class)
                .inNamespace("default")
                .withName(WEB)
                .get()
                .getStatus();
        return status == null ? new PubSubGatewayStatus(0, "", 0, "", 0, List.of(), List.of()) : status;
    }

    void scaleWeb(int replicas) {
        client.resources(PubSubGateway.class)
                .inNamespace("default")
                .withName(WEB)
                .scale(replicas);
    }

    void editWeb(UnaryOperator<String> change) {
        edit(client.resources(PubSubGateway.class).inNamespace("default").withName(WEB), PubSubGateway.class, change);
    }

    Set<String> webPods() {
        return client.pods().inNamespace("default").withLabels(GatewayNaming.labels(WEB)).list().getItems().stream()
                .map(pod -> pod.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private WebSocketUsers people() {
        WebSocketUsers people = new WebSocketUsers(client, WEB, PEOPLE);
        await().atMost(PATIENCE).until(() -> people.connected() == PEOPLE);
        return people;
    }

    private static void awaitAll(WebSocketUsers people) {
        await().atMost(PATIENCE).until(() -> people.connected() == PEOPLE);
    }

    @Test
    void scale_in_takes_the_gateway_with_the_fewest_connections() {
        operator("one");
        createWeb(2);
        try (WebSocketUsers people = people()) {
            scaleWeb(3);
            awaitWeb(3);
            String emptiest = webPods().stream()
                    .filter(pod -> !people.perPod().containsKey(pod))
                    .findFirst()
                    .orElseThrow();
            try (WebSocketUsers late = new WebSocketUsers(client, WEB, 3)) {
                await().atMost(PATIENCE).until(() -> late.connected() == 3);
                scaleWeb(2);
                await().atMost(PATIENCE).until(() -> !webPods().contains(emptiest));
                awaitWeb(2);
                assertThat(late.told() + people.told())
                        .as("those who were on the one that went")
                        .isLessThanOrEqualTo(3);
                assertThat(late.cut() + people.cut()).isZero();
            }
            assertThat(people.connected()).isEqualTo(PEOPLE);
            assertThat(events()).contains("GatewayDrains", "GatewayRemoved");
        }
    }

    @Test
    void operator_dies_in_mid_drain_and_the_next_one_goes_on() {
        RunningOperator one = operator("one");
        createWeb(2);
        try (WebSocketUsers people = people()) {
            Set<String> before = webPods();
            editWeb(yaml -> yaml.replace("disconnectsPerSecond: 20", "disconnectsPerSecond: 2"));
            scaleWeb(1);
            await().atMost(PATIENCE).until(() -> people.told() >= 2);
            one.close();
            RunningOperator two = operator("two");
            await().atMost(PATIENCE).until(() -> two.instance().leading());
            editWeb(yaml -> yaml.replace("disconnectsPerSecond: 2", "disconnectsPerSecond: 20"));
            await().atMost(PATIENCE).until(() -> webPods().size() == 1);
            awaitWeb(1);
            awaitAll(people);
            assertThat(before).containsAll(webPods());
            assertThat(people.mostOftenTold()).isEqualTo(1);
            assertThat(people.told()).as("half of them were on the other").isEqualTo(PEOPLE / 2);
            assertThat(people.cut()).isZero();
        }
    }

    @Test
    void rollout_tells_each_client_once() {
        operator("one");
        createWeb(2);
        try (WebSocketUsers people = people()) {
            Set<String> old = webPods();
            editWeb(yaml -> yaml.replace("env: {}", "env: {SLACKWATER_MAX_CONNECTIONS: \"5000\"}"));
            await().atMost(PATIENCE).until(() -> webPods().stream().noneMatch(old::contains));
            awaitWeb(2);
            awaitAll(people);
            assertThat(people.mostOftenTold()).isEqualTo(1);
            assertThat(people.told()).isEqualTo(PEOPLE);
            assertThat(people.cut()).isZero();
        }
    }

    @Test
    void gateway_that_somebody_deletes_is_replaced_first() {
        operator("one");
        createWeb(2);
        try (WebSocketUsers people = people()) {
            Pod victim = client.pods()
                    .inNamespace("default")
                    .withName(webPods().iterator().next())
                    .get();
            client.resource(victim).delete();
            await().atMost(PATIENCE)
                    .until(() -> webPods().size() == 2
                            && !webPods().contains(victim.getMetadata().getName()));
            awaitWeb(2);
            awaitAll(people);
            assertThat(people.told()).isEqualTo(PEOPLE / 2);
            assertThat(people.mostOftenTold()).isEqualTo(1);
            assertThat(people.cut()).isZero();
        }
    }

    @Test
    void gateway_that_is_killed_starts_again_and_the_others_go_on() {
        operator("one");
        createWeb(2);
        try (WebSocketUsers people = people()) {
            kubelet.kill(webPods().iterator().next());
            await().atMost(PATIENCE).until(() -> people.cut() == PEOPLE / 2);
            awaitAll(people);
            awaitWeb(2);
            assertThat(people.told()).isZero();
        }
    }

    @Test
    void gateways_wait_for_their_cluster() {
        operator("one");
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubGateway
                        metadata: {name: web, namespace: default}
                        spec: {clusterRef: {name: elsewhere}, image: "slackwater/gateway:test"}
                        """, PubSubGateway.class)).create();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(web().message()).contains("there is no PubSubCluster elsewhere"));
        assertThat(webPods()).isEmpty();
    }
}
