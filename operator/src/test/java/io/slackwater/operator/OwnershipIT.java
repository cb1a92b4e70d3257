package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import io.slackwater.operator.kube.StatusWriter;
import io.slackwater.operator.nodes.Naming;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who owns which field, as a real API server keeps account of it: the specification is the user's, whatever tool writes it. */
class OwnershipIT {
    private static final String NAME = "nearby-friends";
    private static final String OPERATOR = "slackwater-operator";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** What a GitOps tool keeps applying: some fields, the rest left to defaults. */
    private static final String MANIFEST = """
            {"apiVersion": "slackwater.io/v1alpha1", "kind": "PubSubCluster",
             "metadata": {"name": "nearby-friends", "namespace": "default"},
             "spec": {"replicas": %d, "nodes": {"image": "redis:7", "config": {"maxclients": "5000"}}}}
            """;

    private final RealApiServer api = RealApiServer.start();
    private final KubernetesClient person = api.newClient();
    private final RunningOperator operator =
            RunningOperator.start(api.newOperatorClient(), RunningOperator.quick("one", RunningOperator.LEASE));

    @AfterEach
    void stop() {
        operator.close();
        person.close();
        api.close();
    }

    @Test
    void what_a_tool_has_applied_stays_its_own_and_shows_no_drift() {
        apply(2);
        awaitStatusOf(1);
        apply(3);
        PubSubCluster settled = awaitStatusOf(2);

        assertThat(managers(settled, "spec")).containsExactly("gitops");
        assertThat(managers(settled, "status")).containsExactly(OPERATOR);
        assertThat(settled.getMetadata().getManagedFields())
                .filteredOn(entry -> entry.getManager().equals(OPERATOR))
                .allMatch(entry -> "status".equals(entry.getSubresource()));
        await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> {
            String before = cluster().get().getMetadata().getResourceVersion();
            apply(3);
            return cluster().get().getMetadata().getResourceVersion().equals(before);
        });
        assertThat(cluster().get().getMetadata().getGeneration()).isEqualTo(2);
    }

    @Test
    void replicas_that_an_autoscaler_sets_are_taken_and_never_written_back() {
        apply(1);
        awaitStatusOf(1);
        cluster().scale(4);
        PubSubCluster settled = awaitStatusOf(2);
        assertThat(settled.getSpec().replicas()).isEqualTo(4);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pods()).hasSize(4));
        assertThat(managers(cluster().get(), "spec")).doesNotContain(OPERATOR);
        // Who applies another number without force is told, as with any two owners.
        assertThatThrownBy(() -> apply(2)).hasMessageContaining("conflict").hasMessageContaining(".spec.replicas");
    }

    @Test
    void what_others_add_to_the_operators_objects_stays_and_what_is_the_operators_is_mended() {
        apply(1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pods()).hasSize(1));
        String pod = pods().getFirst().getMetadata().getName();
        person.pods()
                .inNamespace("default")
                .withName(pod)
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\":{\"labels\":{\"team\":\"maps\"}}}");
        service()
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        "{\"metadata\":{\"annotations\":{\"example.com/owner\":\"maps\"}},"
                                + "\"spec\":{\"selector\":{\"app\":\"x\"}}}");
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(service().get().getSpec().getSelector()).isEqualTo(Naming.servingLabels(NAME)));
        assertThat(service().get().getMetadata().getAnnotations()).containsEntry("example.com/owner", "maps");
        assertThat(pods().getFirst().getMetadata().getLabels()).containsEntry("team", "maps");
        for (HasMetadata child : List.of(service().get(), pods().getFirst())) {
            assertThat(managers(child, "spec")).contains(OPERATOR);
            assertThat(child.getMetadata().getOwnerReferences())
                    .singleElement()
                    .matches(owner -> owner.getName().equals(NAME) && owner.getController());
        }
    }

    @Test
    void status_based_on_what_was_changed_meanwhile_is_not_written() {
        apply(1);
        awaitStatusOf(1);
        operator.instance().close();
        PubSubCluster seen = cluster().get();
        PubSubClusterStatus mine = withMessage(seen, "mine");
        cluster().scale(2);
        try (KubernetesClient own = api.newOperatorClient()) {
            StatusWriter writer = new StatusWriter(own);
            assertThat(writer.write(seen, mine)).as("based on what is gone").isNull();
            assertThat(cluster().get().getStatus().message()).isNotEqualTo("mine");
            PubSubCluster now = cluster().get();
            assertThat(writer.write(now, mine)).isNotNull();
            assertThat(cluster().get().getStatus()).isEqualTo(mine);
            assertThat(cluster().get().getSpec())
                    .as("a status says nothing of the specification")
                    .isEqualTo(now.getSpec());
            assertThat(writer.write(now, withMessage(seen, "again")))
                    .as("its own last word is newer")
                    .isNull();
            cluster().delete();
            assertThat(writer.write(now, withMessage(seen, "gone"))).isNull();
        }
    }

    @Test
    void status_in_a_manifest_is_left_out_and_so_is_a_specification_in_a_status() {
        apply(1);
        PubSubCluster before = awaitStatusOf(1);
        PubSubClusterStatus wrong = withMessage(before, "written by a person");
        cluster().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"message\":\"written by a person\"}}");
        assertThat(cluster().get().getStatus()).isNotEqualTo(wrong);
        cluster().subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"replicas\":9}}");
        assertThat(cluster().get().getSpec().replicas()).isEqualTo(1);
    }

    /** The one right that no request shows. */
    @Test
    void deletions_that_wait_for_children_need_the_right_on_finalizers() {
        apply(1);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pods()).hasSize(1));
        try (KubernetesClient own = api.newOperatorClient()) {
            assertThat(codeOfAChild(own)).isEqualTo(201);
            person.rbac().clusterRoles().withName(OPERATOR).edit(role -> {
                role.getRules().removeIf(rule -> rule.getResources().contains("pubsubclusters/finalizers"));
                return role;
            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(codeOfAChild(own)).isEqualTo(403));
        }
    }

    private int codeOfAChild(KubernetesClient client) {
        try {
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("child-" + System.nanoTime())
                            .withNamespace("default")
                            .withOwnerReferences(Naming.owner(cluster().get()))
                            .endMetadata()
                            .build())
                    .create();
            return 201;
        } catch (KubernetesClientException e) {
            return e.getCode();
        }
    }

    private void apply(int replicas) {
        person.genericKubernetesResources("slackwater.io/v1alpha1", "PubSubCluster")
                .inNamespace("default")
                .resource(Serialization.unmarshal(MANIFEST.formatted(replicas), GenericKubernetesResource.class))
                .patch(new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager("gitops")
                        .withForce(false)
                        .build());
    }

    private PubSubCluster awaitStatusOf(long generation) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster().get())
                        .matches(it -> it.getStatus() != null && it.getStatus().observedGeneration() == generation));
        return cluster().get();
    }

    /** Who owns something below this field. */
    private static List<String> managers(HasMetadata object, String field) {
        return object.getMetadata().getManagedFields().stream()
                .filter(entry -> entry.getFieldsV1().getAdditionalProperties().containsKey("f:" + field))
                .map(ManagedFieldsEntry::getManager)
                .distinct()
                .toList();
    }

    private static PubSubClusterStatus withMessage(PubSubCluster cluster, String message) {
        PubSubClusterStatus status = cluster.getStatus();
        return new PubSubClusterStatus(
                status.replicas(),
                status.selector(),
                status.observedGeneration(),
                message,
                status.ring(),
                status.members(),
                status.nodes(),
                status.migration(),
                status.effective(),
                status.autoscaling(),
                status.conditions());
    }

    private Resource<PubSubCluster> cluster() {
        return person.resources(PubSubCluster.class).inNamespace("default").withName(NAME);
    }

    private Resource<Service> service() {
        return person.services().inNamespace("default").withName(Naming.nodesService(NAME));
    }

    private List<Pod> pods() {
        return person.pods()
                .inNamespace("default")
                .withLabels(Naming.nodeLabels(NAME))
                .list()
                .getItems();
    }
}
