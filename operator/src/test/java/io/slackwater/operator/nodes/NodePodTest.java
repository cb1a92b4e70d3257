package io.slackwater.operator.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a node's pod looks like. */
class NodePodTest {
    private static final NodeSecurity SECURE = new NodeSecurity(true, true);
    private static final NodeSecurity PLAIN = new NodeSecurity(false, false);

    private static PubSubCluster cluster(String config) {
        PubSubCluster cluster = Serialization.unmarshal("""
                apiVersion: slackwater.io/v1alpha1
                kind: PubSubCluster
                spec:
                  nodes:
                    image: redis:8
                    resources: {limits: {memory: 1Gi}}
                    terminationGracePeriodSeconds: 120
                    config: %s
                """.formatted(config), PubSubCluster.class);
        cluster.setMetadata(new ObjectMetaBuilder()
                .withName("nearby")
                .withNamespace("chat")
                .withUid("u1")
                .withLabels(Map.of("mine", "stays"))
                .build());
        return cluster;
    }

    @Test
    void meets_the_restricted_pod_security_standard() {
        Restricted.check(NodePod.of(cluster("{}"), "nearby-n-bbbbb", SECURE));
    }

    @Test
    void belongs_to_the_cluster_and_takes_none_of_its_labels() {
        Pod pod = NodePod.of(cluster("{}"), "nearby-n-bbbbb", SECURE);
        assertThat(pod.getMetadata().getLabels())
                .containsEntry(Naming.CLUSTER, "nearby")
                .containsEntry(Naming.ROLE, "node")
                .doesNotContainKey("mine")
                .doesNotContainKey(Naming.SERVING);
        assertThat(pod.getMetadata().getOwnerReferences().getFirst().getController())
                .isTrue();
        assertThat(pod.getMetadata().getAnnotations())
                .containsEntry("cluster-autoscaler.kubernetes.io/safe-to-evict", "true");
    }

    @Test
    void never_persists_and_takes_directives_in_words() {
        Container container = NodePod.of(
                        cluster("{client-output-buffer-limit: \"pubsub 64mb 16mb 60\", maxclients: \"50000\"}"),
                        "x",
                        PLAIN)
                .getSpec()
                .getContainers()
                .getFirst();
        assertThat(container.getArgs())
                .startsWith("--save", "", "--appendonly", "no", "--protected-mode", "no")
                .endsWith("--client-output-buffer-limit", "pubsub", "64mb", "16mb", "60", "--maxclients", "50000");
    }

    @Test
    void hook_ends_before_the_grace_period_does() {
        Container container =
                NodePod.of(cluster("{}"), "x", PLAIN).getSpec().getContainers().getFirst();
        assertThat(container.getLifecycle().getPreStop().getExec().getCommand())
                .containsExactly("redis-cli", "-h", "127.0.0.1", "BLPOP", "slackwater:nearby:prestop", "110");
    }

    @Test
    void speaks_tls_alone_and_knows_its_users_from_secrets() {
        Pod pod = NodePod.of(cluster("{}"), "x", SECURE);
        Container container = pod.getSpec().getContainers().getFirst();
        assertThat(String.join(" ", container.getArgs()))
                .contains("--port 0 --tls-port 6379")
                .contains("--tls-cert-file /etc/slackwater/tls/tls.crt --tls-key-file /etc/slackwater/tls/tls.key")
                .contains("--aclfile /etc/slackwater/users/users.acl");
        assertThat(pod.getSpec().getVolumes())
                .extracting(volume -> volume.getSecret().getSecretName())
                .containsExactly("nearby-node", "nearby-node-tls");
        assertThat(container.getVolumeMounts()).allMatch(VolumeMount::getReadOnly);
        assertThat(container.getEnv()).as("nothing secret in the environment").isEmpty();
        assertThat(container.getLifecycle().getPreStop().getExec().getCommand())
                .containsExactly(
                        "sh",
                        "-c",
                        "REDISCLI_AUTH=$(cat /etc/slackwater/users/hook-password) exec redis-cli -h 127.0.0.1 --tls"
                                + " --insecure --user slackwater-hook BLPOP slackwater:nearby:prestop 110");
        assertThat(ObservedPod.of(pod))
                .returns("nearby-nodes.chat.svc", ObservedPod::tlsName)
                .returns(true, ObservedPod::auth);
    }

    @Test
    void without_either_it_mounts_nothing() {
        Pod pod = NodePod.of(cluster("{}"), "x", PLAIN);
        assertThat(pod.getSpec().getVolumes()).isEmpty();
        assertThat(pod.getSpec().getContainers().getFirst().getArgs()).doesNotContain("--port", "--aclfile");
        assertThat(ObservedPod.of(pod)).returns("", ObservedPod::tlsName).returns(false, ObservedPod::auth);
    }

    @Test
    void names_are_drawn() {
        assertThat(Naming.newPod("nearby", bound -> bound - 1)).isEqualTo("nearby-n-99999");
        assertThat(Naming.newPod("nearby", bound -> 0)).isEqualTo("nearby-n-bbbbb");
    }

    @Test
    void directives_that_the_operator_owns_are_refused_with_a_sentence() {
        assertThat(Directives.refusals(Map.of("port", "1", "tls-port", "2", "Bind", "x", "maxclients", "--a")))
                .containsExactly(
                        "nodes.config: \"Bind\" is no name of a directive: write it in lower case, as in redis.conf",
                        "nodes.config: the value of maxclients must be one line that does not begin with \"--\"",
                        "nodes.config: leave out port, the operator sets it",
                        "nodes.config: leave out tls-port, the operator sets it");
    }
}
