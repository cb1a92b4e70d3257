package io.slackwater.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The generated definition, finished by what annotations cannot say: columns in the order in which the class names them (the
 * generator sorts them by path), and conditions and nodes as maps with a key, so that two writers merge.
 */
final class CommittedDefinitions {
    private static final String NAME = "pubsubclusters.slackwater.io-v1.yml";
    private static final Path GENERATED = Path.of("target", "crds", NAME);

    /** Where the finished definition is committed. */
    static final Path COMMITTED = Path.of("..", "deploy", "crds", NAME);

    /** The copy in the chart: Helm reads nothing outside its folder. */
    static final Path IN_CHART = Path.of("..", "helm", "slackwater", "files", "crds", NAME);

    private CommittedDefinitions() {}

    /** What should be committed now. */
    static CustomResourceDefinition wanted() throws IOException {
        CustomResourceDefinition crd =
                Serialization.unmarshal(Files.readString(GENERATED), CustomResourceDefinition.class);
        crd.getSpec().getVersions().forEach(version -> {
            version.getAdditionalPrinterColumns().sort(Comparator.comparingInt(CommittedDefinitions::position));
            JSONSchemaProps status = property(version.getSchema().getOpenAPIV3Schema(), "status");
            keyedBy("type", property(status, "conditions"));
            keyedBy("pod", property(status, "nodes"));
        });
        return crd;
    }

    /** What is committed. */
    static CustomResourceDefinition committed() throws IOException {
        return Serialization.unmarshal(Files.readString(COMMITTED), CustomResourceDefinition.class);
    }

    /** @throws NullPointerException if there is none of this name */
    static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    private static int position(CustomResourceColumnDefinition column) {
        List<String> order = Arrays.stream(PubSubCluster.class.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        return order.indexOf(column.getName());
    }

    private static void keyedBy(String key, JSONSchemaProps list) {
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
        list.getItems().getSchema().setRequired(List.of(key));
    }
}
