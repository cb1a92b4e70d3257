package io.slackwater.crds;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** An object that no API server has seen reads as one whose defaults were filled in. */
class DefaultsTest {
    private static final String SHORT = """
            apiVersion: slackwater.io/v1alpha1
            kind: PubSubCluster
            metadata: {name: nearby-friends}
            spec:
              nodes: {image: "redis:8"}
            """;

    @Test
    void short_manifest_has_the_values_of_the_definition() throws IOException {
        PubSubCluster cluster = Serialization.unmarshal(SHORT, PubSubCluster.class);
        JSONSchemaProps schema = CommittedDefinitions.property(
                CommittedDefinitions.ALL
                        .getFirst()
                        .wanted()
                        .getSpec()
                        .getVersions()
                        .getFirst()
                        .getSchema()
                        .getOpenAPIV3Schema(),
                "spec");
        JsonNode spec = Serialization.unmarshal(Serialization.asJson(cluster.getSpec()), JsonNode.class);
        schema.getProperties().forEach((name, field) -> {
            if (field.getDefault() != null) {
                assertThat(spec.get(name)).as(name).isEqualTo(field.getDefault());
            }
        });
        assertThat(cluster.getSpec().nodes().terminationGracePeriodSeconds()).isEqualTo(600);
        assertThat(cluster.getSpec().nodes().imagePullPolicy()).isEqualTo("IfNotPresent");
    }

    @Test
    void spec_survives_writing_and_reading() {
        PubSubCluster cluster = Serialization.unmarshal(SHORT, PubSubCluster.class);
        PubSubCluster again = Serialization.unmarshal(Serialization.asYaml(cluster), PubSubCluster.class);
        assertThat(again.getSpec()).isEqualTo(cluster.getSpec());
    }
}
