package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubGateway;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A tier of real gateway processes with people connected to it, through everything that makes a gateway go. */
abstract class GatewayScenarios extends GatewayStage {
    private static final int PEOPLE = 40;

    private void createWeb(int replicas) {
        createPlain(1);
        awaitServing(1);
        createGateways(replicas);
    }

    private WebSocketUsers people() {
        WebSocketUsers people = new WebSocketUsers(client, WEB, PEOPLE);
        await().atMost(PATIENCE).until(() -> people.connected() == PEOPLE);
        return people;
    }

    private static void awaitAll(WebSocketUsers people) {
        await().atMost(PATIENCE).until(() -> people.connected() == PEOPLE);
    }

    /** So many were told to come again, nobody twice, and nobody was cut off. */
    private static void assertToldOnce(WebSocketUsers people, int told) {
        assertThat(people.mostOftenTold()).isEqualTo(1);
        assertThat(people.told()).isEqualTo(told);
        assertThat(people.cut()).isZero();
    }

    @Test
    @Tag(ApiServer.ON_ANY)
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
    @Tag(ApiServer.ON_ANY)
    void scale_out_moves_connections_to_the_new_gateway_where_that_is_asked_for() {
        int many = 150;
        operator("one");
        createWeb(2);
        try (WebSocketUsers people = new WebSocketUsers(client, WEB, many)) {
            await().atMost(PATIENCE).until(() -> people.connected() == many);
            assertThat(web().conditions()).noneMatch(it -> it.getType().equals("Rebalancing"));
            editWeb(yaml ->
                    yaml.replace("\n  env: {}", "\n  env: {}\n  rebalance: {}")); // not where it is written who owns it
            await().atMost(PATIENCE).until(() -> rebalancing().equals("Idle"));
            // Clients who came shortly before the new gateway are spared.
            await().pollDelay(Duration.ofSeconds(7)).until(() -> people.connected() == many);
            scaleWeb(3);
            awaitWeb(3);
            await().atMost(PATIENCE).until(() -> events().contains("ConnectionsRebalanced"));
            await().atMost(PATIENCE).until(() -> people.connected() == many);
            await().atMost(PATIENCE).until(() -> rebalancing().equals("Rebalanced"));
            assertThat(people.perPod().values())
                    .hasSize(3)
                    .allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(55));
            assertThat(people.mostOftenTold()).isEqualTo(1);
            assertThat(people.told()).as("those above the mean").isBetween(40, 60);
            assertThat(people.cut()).isZero();
        }
    }

    private String rebalancing() {
        return web().conditions().stream()
                .filter(it -> it.getType().equals("Rebalancing"))
                .map(Condition::getReason)
                .findFirst()
                .orElse("");
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
    @Tag(ApiServer.ON_ANY)
    void rollout_tells_each_client_once() {
        operator("one");
        createWeb(2);
        try (WebSocketUsers people = people()) {
            Set<String> old = webPods();
            editWeb(yaml -> yaml.replace("env: {}", "env: {SLACKWATER_MAX_CONNECTIONS: \"5000\"}"));
            await().atMost(PATIENCE).until(() -> webPods().stream().noneMatch(old::contains));
            awaitWeb(2);
            awaitAll(people);
            assertToldOnce(people, PEOPLE);
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
            assertToldOnce(people, PEOPLE / 2);
        }
    }

    /** The machine takes no new pods, and one of its gateways is asked to go, as by {@code kubectl drain}. */
    @Test
    void gateways_of_a_machine_that_is_drained_go_together() {
        operator("one");
        createWeb(2);
        try (WebSocketUsers people = people()) {
            Set<String> old = webPods();
            client.nodes()
                    .withName("stand-in")
                    .edit(machine -> new NodeBuilder(machine)
                            .editOrNewSpec()
                            .withUnschedulable(true)
                            .endSpec()
                            .build());
            client.pods().inNamespace("default").withName(old.iterator().next()).delete();
            await().atMost(PATIENCE).until(() -> webPods().stream().noneMatch(old::contains));
            awaitWeb(2);
            awaitAll(people);
            assertToldOnce(people, PEOPLE);
        }
    }

    @Test
    @Tag(ApiServer.ON_ANY)
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
