package io.slackwater.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.migration.Decision.Proposal;
import io.slackwater.operator.migration.Shape;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationObjectsTest {
    private static final Shape FIVE = new Shape(5, 160, 125, "r1", 0);

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final MigrationObjects objects = new MigrationObjects(kubernetes.client());

    @BeforeEach
    void define() {
        for (String plural : new String[] {"pubsubclusters", "channelmigrations"}) {
            kubernetes.define(Objects.requireNonNull(
                    getClass().getResourceAsStream("/crds/" + plural + ".slackwater.io-v1.yml"), plural));
        }
    }

    @AfterEach
    void stop() {
        kubernetes.close();
    }

    @Test
    void names_that_a_former_cluster_has_left_are_passed_over_at_once() {
        PubSubCluster former = cluster("chat");
        for (int number = 1; number <= 3; number++) {
            leave(create(former, number));
        }
        leave(create(former, 999_999_999_999_999_999L)); // the last that there can be
        leave(create(cluster("chat-9"), 9)); // chat-9-9, which is no name of chat's
        kubernetes.client().resource(former).delete();

        assertThat(create(cluster("chat"), 1).getMetadata().getName()).isEqualTo("chat-4");
    }

    @Test
    void one_of_its_own_is_left_for_the_cache_to_show() {
        PubSubCluster chat = cluster("chat");
        leave(create(chat, 1));
        create(chat, 2);

        assertThat(objects.create(chat, new Proposal(2, FIVE, "ScaleOut"))).isNull();
    }

    private ChannelMigration create(PubSubCluster cluster, long number) {
        return Objects.requireNonNull(objects.create(cluster, new Proposal(number, FIVE, "ScaleOut")));
    }

    /** As deletion with {@code --cascade=orphan} does. */
    private void leave(ChannelMigration migration) {
        kubernetes.client().resource(migration).edit(found -> {
            found.getMetadata().setOwnerReferences(List.of());
            return found;
        });
    }

    private PubSubCluster cluster(String name) {
        return kubernetes
                .client()
                .resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec: {replicas: 3, nodes: {image: "redis:7"}}
                        """.formatted(name), PubSubCluster.class))
                .create();
    }
}
