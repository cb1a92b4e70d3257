package io.slackwater.operator.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubGateway;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.NodeSecurity;
import io.slackwater.operator.nodes.Restricted;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a gateway's pod looks like, and which changes make another one of it. */
class GatewayPodTest {
    private static final NodeSecurity SECURE = new NodeSecurity(true, true);
    private static final NodeSecurity PLAIN = new NodeSecurity(false, false);

    private static PubSubGateway gateway(String more) {
        PubSubGateway gateway = Serialization.unmarshal("""
                apiVersion: slackwater.io/v1alpha1
                kind: PubSubGateway
                spec:
                  clusterRef: {name: nearby}
                  image: slackwater/gateway:1
                  %s
                """.formatted(more), PubSubGateway.class);
        gateway.setMetadata(new ObjectMetaBuilder()
                .withName("web")
                .withNamespace("chat")
                .withUid("u1")
                .withLabels(Map.of("mine", "stays"))
                .build());
        return gateway;
    }

    private static Map<String, String> env(Pod pod) {
        return pod.getSpec().getContainers().getFirst().getEnv().stream()
                .filter(it -> it.getValue() != null)
                .collect(Collectors.toMap(EnvVar::getName, EnvVar::getValue));
    }

    @Test
    void meets_the_restricted_pod_security_standard() {
        Restricted.check(GatewayPod.of(gateway(""), "web-g-bbbbb", SECURE));
    }

    @Test
    void is_a_member_that_is_not_in_the_endpoints_yet() {
        Pod pod = GatewayPod.of(gateway(""), "web-g-bbbbb", SECURE);
        assertThat(pod.getMetadata().getLabels())
                .containsEntry(GatewayNaming.GATEWAY, "web")
                .containsEntry(Naming.ROLE, "gateway")
                .containsEntry(Naming.CLUSTER, "nearby")
                .containsEntry(GatewayNaming.MEMBER, "true")
                .doesNotContainKey("mine")
                .doesNotContainKey(Naming.SERVING);
        assertThat(env(pod))
                .containsEntry("SLACKWATER_SEEDS", "nearby-nodes:6379")
                .containsEntry("SLACKWATER_TLS_CA_FILE", "/run/slackwater/ca.crt")
                .containsEntry("SLACKWATER_PASSWORD_FILE", "/run/slackwater/password");
        assertThat(pod.getSpec().getVolumes())
                .anyMatch(it ->
                        it.getSecret() != null && it.getSecret().getSecretName().equals("nearby-member"));
        Pod plain = GatewayPod.of(gateway(""), "web-g-bbbbb", PLAIN);
        assertThat(env(plain)).doesNotContainKeys("SLACKWATER_TLS_CA_FILE", "SLACKWATER_PASSWORD_FILE");
        assertThat(plain.getSpec().getVolumes()).hasSize(1);
    }

    @Test
    void drains_by_itself_within_its_grace_period() {
        Pod pod = GatewayPod.of(
                gateway("drain: {patience: 1m, timeout: 5m, disconnectsPerSecond: 50, reconnectSpread: 10s}"),
                "x",
                PLAIN);
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(60 + 300 + 30);
        assertThat(env(pod))
                .containsEntry("SLACKWATER_DRAIN_RATE", "50")
                .containsEntry("SLACKWATER_DRAIN_PATIENCE", "60000")
                .containsEntry("SLACKWATER_DRAIN_SPREAD", "10000")
                .containsEntry("SLACKWATER_DRAIN_TIMEOUT", "360000");
    }

    /** An operator that has just died may be on its way back. */
    @Test
    void without_patience_it_waits_for_orders_all_the_same() {
        Pod pod = GatewayPod.of(gateway("drain: {patience: 0s, timeout: 5m}"), "x", PLAIN);
        assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(30 + 300 + 30);
        assertThat(env(pod))
                .containsEntry("SLACKWATER_DRAIN_PATIENCE", "30000")
                .containsEntry("SLACKWATER_DRAIN_TIMEOUT", "330000");
    }

    @Test
    void revision_follows_what_takes_a_restart() {
        String plain = GatewayRevision.of(gateway("").getSpec());
        assertThat(GatewayRevision.of(
                        gateway("drain: {patience: 1m}\n  replicas: 7").getSpec()))
                .isEqualTo(plain);
        assertThat(GatewayRevision.of(gateway("env: {A: b}").getSpec())).isNotEqualTo(plain);
        assertThat(GatewayRevision.of(gateway("envSecretRef: {name: tokens}").getSpec()))
                .isNotEqualTo(plain);
        assertThat(plain).as("the same in the next version of the operator").isEqualTo("b28b9c6ca7");
    }

    @Test
    void second_look_refuses_what_an_older_rule_let_pass() {
        assertThat(GatewayWishes.refusals(gateway("").getSpec())).isEmpty();
        assertThat(GatewayWishes.refusals(gateway("drain: {timeout: 0s}").getSpec()))
                .containsExactly("spec.drain.timeout is 0s: must be 1s to 1d");
        assertThat(GatewayWishes.refusals(
                        gateway("drain: {reconnectSpread: 2h}").getSpec()))
                .containsExactly("spec.drain.reconnectSpread is 2h: must be 0s to 1h");
        assertThat(GatewayWishes.refusals(gateway("replicas: 201").getSpec()))
                .containsExactly("spec.replicas is 201: must be 1 to 200");
    }
}
