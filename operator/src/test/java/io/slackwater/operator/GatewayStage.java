package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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

/** An operator, a cluster, and a tier of real gateway processes. */
abstract class GatewayStage extends OperatorStage {
    static final String WEB = "web";

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

    /** Gateways of the cluster, which is there. */
    void createGateways(int replicas) {
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
        return status == null ? new PubSubGatewayStatus(0, "", 0, "", 0, List.of(), null, List.of()) : status;
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
}
