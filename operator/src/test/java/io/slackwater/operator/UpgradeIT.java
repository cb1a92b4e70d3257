package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * From one definition to the next: {@code previous/} holds the definition of the last release, and is replaced when there is a new
 * one.
 */
class UpgradeIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EVERYTHING = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubCluster
            metadata: {name: %s, namespace: default}
            spec:
              replicas: 100
              nodes:
                image: redis:8
                imagePullPolicy: Always
                resources: {requests: {cpu: "1", memory: 1Gi}, limits: {memory: 2Gi}}
                config: {maxclients: "50000", maxmemory: 1gb}
                terminationGracePeriodSeconds: 30
              ring: {virtualNodes: 1, maxLoadPercent: 101}
              migration:
                paused: true
                limits: {subscriptionsPerSecond: 1, slotsPerBatch: 16384, concurrentHandovers: 64, ackTimeoutMillis: 30000,
                  prepareTimeoutMillis: 600000, maxHoldMillis: 60000, maxHoldMebibytes: 1024}
            """;
    private static final String LITTLE = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubCluster
            metadata: {name: %s, namespace: default}
            spec: {nodes: {image: redis}}
            """;

    private final RealApiServer api = RealApiServer.start(previous());
    private final KubernetesClient person = api.newClient();

    @AfterEach
    void stop() {
        person.close();
        api.close();
    }

    @Test
    void what_was_stored_under_the_previous_definition_is_valid_under_the_new_one() {
        load(EVERYTHING.formatted("everything"));
        load(LITTLE.formatted("little"));
        api.define(ApiServer.definitions());
        for (String name : new String[] {"everything", "little"}) {
            GenericKubernetesResource stored = generic(name).get();
            assertThat(stored).isNotNull();
            // An unchanged object passes without being looked at: as a new one it is looked at as a whole.
            stored.getMetadata().setName(name + "-again");
            stored.getMetadata().setResourceVersion(null);
            stored.getMetadata().setUid(null);
            stored.getMetadata().setManagedFields(null);
            assertThatCode(() -> person.resource(stored).create()).doesNotThrowAnyException();
        }
    }

    @Test
    void fields_of_a_newer_status_survive_an_older_operator_that_writes() throws IOException {
        api.define(ofTomorrow());
        api.define(ApiServer.definition("channelmigrations"));
        api.define(ApiServer.definition("pubsubgateways"));
        load(LITTLE.formatted("little"));
        try (RunningOperator old =
                RunningOperator.start(api.newOperatorClient(), RunningOperator.quick("old", RunningOperator.LEASE))) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(nodes()).hasSize(3));
            // What a newer replica wrote while it led.
            generic("little")
                    .subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON),
                            "[{\"op\":\"add\",\"path\":\"/status/ofTomorrow\",\"value\":\"kept\"},"
                                    + "{\"op\":\"add\",\"path\":\"/status/nodes/0/ofTomorrow\",\"value\":\"kept\"}]");
            long before = generation();
            generic("little").scale(5);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(generation()).isGreaterThan(before);
                assertThat(nodes()).hasSize(5);
            });
            assertThat(old.instance().leading()).isTrue();
        }
        assertThat((Object) generic("little").get().get("status", "ofTomorrow")).isEqualTo("kept");
        assertThat(nodes())
                .filteredOn(node -> "kept".equals(node.get("ofTomorrow")))
                .hasSize(1);
    }

    /** The definition of today, with a field more in the status and in each of its nodes. */
    private static InputStream ofTomorrow() throws IOException {
        try (InputStream today = ApiServer.definition("pubsubclusters")) {
            CustomResourceDefinition crd = Serialization.unmarshal(today, CustomResourceDefinition.class);
            JSONSchemaProps text =
                    new JSONSchemaPropsBuilder().withType("string").build();
            JSONSchemaProps whole =
                    crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
            JSONSchemaProps status = property(whole, "status");
            status.getProperties().put("ofTomorrow", text);
            property(status, "nodes").getItems().getSchema().getProperties().put("ofTomorrow", text);
            return new ByteArrayInputStream(Serialization.asYaml(crd).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    private static InputStream previous() {
        return Objects.requireNonNull(
                UpgradeIT.class.getResourceAsStream("/previous/pubsubclusters.slackwater.io-v1.yml"));
    }

    private void load(String yaml) {
        person.resource(Serialization.unmarshal(yaml, GenericKubernetesResource.class))
                .create();
    }

    private long generation() {
        Object generation = generic("little").get().get("status", "observedGeneration");
        return generation instanceof Number number ? number.longValue() : 0;
    }

    private List<Map<String, Object>> nodes() {
        List<Map<String, Object>> nodes = generic("little").get().get("status", "nodes");
        return nodes == null ? List.of() : nodes;
    }

    private Resource<GenericKubernetesResource> generic(String name) {
        return person.genericKubernetesResources("slackwater.io/v1alpha1", "PubSubCluster")
                .inNamespace("default")
                .withName(name);
    }
}
