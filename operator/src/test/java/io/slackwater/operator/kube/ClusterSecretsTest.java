package io.slackwater.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.kube.ClusterSecrets.NotDone;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two that both believe to lead do not replace each other's keys. */
class ClusterSecretsTest {
    private static final String NAME = "nearby-keys";
    private static final Map<String, String> FIRST = Map.of("ca", "first");
    private static final Map<String, String> OTHER = Map.of("ca", "other");

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final KubernetesClient client = kubernetes.newClient();
    private final ClusterSecrets secrets = new ClusterSecrets(client);
    private final PubSubCluster cluster = cluster();

    @AfterEach
    void stop() {
        client.close();
        kubernetes.close();
    }

    @Test
    void keys_that_came_after_the_look_are_not_replaced() throws Exception {
        replace(null, FIRST);

        assertThatThrownBy(() -> replace(null, OTHER))
                .isInstanceOf(NotDone.class)
                .hasMessage("the Secret nearby-keys has been changed by somebody else meanwhile");
        assertThat(secrets.read("default", NAME)).isEqualTo(FIRST);
    }

    @Test
    void keys_that_went_or_changed_after_the_look_are_not_written() throws Exception {
        assertThatThrownBy(() -> replace(FIRST, OTHER)).isInstanceOf(NotDone.class);
        assertThat(secrets.read("default", NAME)).isNull();
        replace(null, FIRST);
        replace(FIRST, OTHER);

        assertThatThrownBy(() -> replace(FIRST, Map.of("ca", "third"))).isInstanceOf(NotDone.class);
        assertThat(secrets.read("default", NAME)).isEqualTo(OTHER);
    }

    private void replace(@Nullable Map<String, String> before, Map<String, String> entries) throws NotDone {
        secrets.replace(cluster, NAME, ClusterSecrets.OPAQUE, before, entries);
    }

    /** In the API: what belongs to nothing is collected. */
    private PubSubCluster cluster() {
        kubernetes.define(Objects.requireNonNull(
                ClusterSecretsTest.class.getResourceAsStream("/crds/pubsubclusters.slackwater.io-v1.yml")));
        return client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: nearby, namespace: default}
                        spec: {replicas: 3, nodes: {image: redis}}
                        """, PubSubCluster.class))
                .create();
    }
}
