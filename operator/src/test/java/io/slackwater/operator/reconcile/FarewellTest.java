package io.slackwater.operator.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.kube.Finalizers;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A ZooKeeper that is gone holds a deletion up for a minute, and no longer. */
class FarewellTest {
    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final KubernetesClient client = kubernetes.newClient();
    private final Finalizers finalizers = new Finalizers(client);
    private final Farewell farewell = new Farewell(finalizers, new Events(client, "test"));

    @BeforeEach
    void define() {
        kubernetes.define(Objects.requireNonNull(
                FarewellTest.class.getResourceAsStream("/crds/pubsubclusters.slackwater.io-v1.yml")));
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: a, namespace: default, finalizers: [example.org/other]}
                        spec:
                          nodes: {image: "redis:7"}
                          discovery: {zookeeper: {connectString: "127.0.0.1:1", path: /slackwater/a}}
                        """, PubSubCluster.class)).create();
    }

    @AfterEach
    void stop() {
        farewell.close();
        client.close();
        kubernetes.close();
    }

    @Test
    void waits_for_a_minute_and_says_what_is_left() {
        assertThat(finalizers.set(seen(), true)).isTrue();
        assertThat(seen().getMetadata().getFinalizers()).containsExactly("example.org/other", Finalizers.NAME);
        delete();
        Instant deleted = Instant.parse(seen().getMetadata().getDeletionTimestamp());

        assertThat(farewell.look(seen(), deleted)).isFalse();
        assertThat(farewell.look(seen(), deleted.plusSeconds(59))).isFalse();
        assertThat(Finalizers.on(seen())).isTrue();

        assertThat(farewell.look(seen(), deleted.plusSeconds(60))).isTrue();
        assertThat(seen().getMetadata().getFinalizers()).containsExactly("example.org/other");
        assertThat(client.events().v1().events().inNamespace("default").list().getItems())
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getReason()).isEqualTo("LeftInZooKeeper");
                    assertThat(event.getNote()).contains("/slackwater/a of ZooKeeper 127.0.0.1:1");
                });
        assertThat(farewell.look(seen(), deleted.plusSeconds(61))).isTrue();
    }

    @Test
    void a_cluster_that_was_told_to_nobody_does_not_wait() {
        delete();
        assertThat(farewell.look(seen(), Instant.EPOCH)).isTrue();
    }

    @Test
    void an_object_that_was_changed_meanwhile_is_left_alone() {
        PubSubCluster stale = seen();
        finalizers.set(stale, true);
        assertThat(finalizers.set(stale, true)).as("of a former version").isFalse();
        assertThat(seen().getMetadata().getFinalizers()).hasSize(2);
    }

    private void delete() {
        client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName("a")
                .delete();
    }

    private PubSubCluster seen() {
        return client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName("a")
                .get();
    }
}
