package io.slackwater.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.slackwater.operator.coordination.RingStore.ConflictException;
import io.slackwater.operator.coordination.RingStore.StoreException;
import io.slackwater.operator.coordination.RingStore.Stored;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.operator.nodes.Pods;
import io.slackwater.ring.Ring;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Of two writers one wins, and the other knows. */
class ConfigMapRingStoreTest {
    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
    private final KubernetesClient client = new KubernetesClientBuilder()
            .withConfig(new ConfigBuilder(kubernetes.config())
                    .withRequestRetryBackoffLimit(0)
                    .build())
            .build();
    private final ConfigMapRingStore one = store("owner");
    private final ConfigMapRingStore two = store("owner");

    @AfterEach
    void stop() {
        client.close();
        kubernetes.close();
    }

    @Test
    void nothing_is_stored_at_first() throws Exception {
        assertThat(one.read()).isNull();
    }

    @Test
    void what_was_written_is_read() throws Exception {
        Stored written = one.write(ring(1), null);
        assertThat(two.read()).isEqualTo(written);
        Stored again = one.write(ring(2), written);
        assertThat(two.read()).isEqualTo(again);
        ConfigMap map = client.configMaps()
                .inNamespace("default")
                .withName("nearby-ring")
                .get();
        assertThat(map.getData()).containsEntry("epoch", "2").containsEntry("term", "1");
    }

    @Test
    void second_to_create_gets_a_conflict() throws Exception {
        one.write(ring(1), null);
        assertThatThrownBy(() -> two.write(ring(1), null)).isInstanceOf(ConflictException.class);
    }

    @Test
    void second_to_update_gets_a_conflict_and_changes_nothing() throws Exception {
        Stored first = one.write(ring(1), null);
        Stored second = one.write(ring(2), first);
        assertThatThrownBy(() -> two.write(ring(9), first)).isInstanceOf(ConflictException.class);
        assertThat(one.read()).isEqualTo(second);
    }

    @Test
    void removed_meanwhile_is_a_conflict() throws Exception {
        Stored first = one.write(ring(1), null);
        client.configMaps().inNamespace("default").withName("nearby-ring").delete();
        assertThatThrownBy(() -> one.write(ring(2), first)).isInstanceOf(ConflictException.class);
    }

    @Test
    void former_cluster_of_the_same_name_is_not_touched() throws Exception {
        one.write(ring(1), null);
        assertThatThrownBy(() -> store("another").read())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("belongs to another object");
    }

    @Test
    void what_a_former_cluster_has_left_without_an_owner_is_taken_over() throws Exception {
        one.write(ring(7), null);
        client.configMaps().inNamespace("default").withName("nearby-ring").edit(map -> {
            map.getMetadata().setOwnerReferences(List.of());
            return map;
        });
        ConfigMapRingStore another = store("another");
        Stored left = Objects.requireNonNull(another.read());
        assertThat(left.ring().epoch()).isEqualTo(7);
        another.write(ring(8), left);
        assertThat(another.read()).isNotNull();
        assertThatThrownBy(one::read).isInstanceOf(StoreException.class).hasMessageContaining("belongs to another");
    }

    @Test
    void what_has_no_owner_and_another_clusters_label_is_not_touched() throws Exception {
        one.write(ring(7), null);
        client.configMaps().inNamespace("default").withName("nearby-ring").edit(map -> {
            map.getMetadata().setOwnerReferences(List.of());
            map.getMetadata().setLabels(Map.of(Naming.CLUSTER, "far"));
            return map;
        });
        assertThatThrownBy(one::read).isInstanceOf(StoreException.class).hasMessageContaining("belongs to another");
    }

    @Test
    void damage_is_told_and_not_taken_for_nothing() throws Exception {
        one.write(ring(1), null);
        client.configMaps().inNamespace("default").withName("nearby-ring").edit(map -> {
            map.setBinaryData(Map.of("ring", "AAAA"));
            return map;
        });
        assertThatThrownBy(one::read).isInstanceOf(StoreException.class).hasMessageContaining("cannot be read");
    }

    @Test
    void no_answer_is_an_unknown_outcome() throws Exception {
        kubernetes.close();
        assertThatThrownBy(() -> one.write(ring(1), null))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("is not known");
    }

    private ConfigMapRingStore store(String name) {
        OwnerReference owner = new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName(name)
                .withUid(uidOf(name))
                .build();
        return new ConfigMapRingStore(client, "default", "nearby-ring", Map.of(Naming.CLUSTER, "nearby"), owner);
    }

    /** Uid of an object that exists: what has an owner that does not is collected as garbage. */
    private String uidOf(String name) {
        ConfigMap owner = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .build();
        return client.resource(owner)
                .createOr(existing -> existing.update())
                .getMetadata()
                .getUid();
    }

    private static Ring ring(long epoch) {
        Ring ring = Objects.requireNonNull(
                Pods.snapshot(Map.of("a", 8192, "b", 8192)).ring());
        return new Ring(epoch, 1, ring.nodes(), ring.dead(), ring.table(), ring.handovers());
    }
}
