package io.slackwater.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A generated definition, finished by what annotations cannot say: columns in the order in which the class names them (the
 * generator sorts them by path), and conditions and nodes as maps with a key, so that two writers merge.
 *
 * @param name of the file
 * @param type whose annotations name the columns
 */
record CommittedDefinitions(String name, Class<? extends CustomResource<?, ?>> type) {
    /** All kinds, in the order of the reference. */
    static final List<CommittedDefinitions> ALL = List.of(
            new CommittedDefinitions("pubsubclusters.slackwater.io-v1.yml", PubSubCluster.class),
            new CommittedDefinitions("pubsubgateways.slackwater.io-v1.yml", PubSubGateway.class),
            new CommittedDefinitions("channelmigrations.slackwater.io-v1.yml", ChannelMigration.class));

    private static final Map<String, String> KEYS = Map.of("conditions", "type", "nodes", "pod", "gateways", "pod");

    @Override
    public String toString() {
        return name;
    }

    /** Where the finished definition is committed. */
    Path committedFile() {
        return Path.of("..", "deploy", "crds", name);
    }

    /** The copy in the chart: Helm reads nothing outside its folder. */
    Path fileInChart() {
        return Path.of("..", "helm", "slackwater", "files", "crds", name);
    }

    /** What should be committed now. */
    CustomResourceDefinition wanted() throws IOException {
        CustomResourceDefinition crd = Serialization.unmarshal(
                Files.readString(Path.of("target", "crds", name)), CustomResourceDefinition.class);
        crd.getSpec().getVersions().forEach(version -> {
            version.getAdditionalPrinterColumns().sort(Comparator.comparingInt(this::position));
            JSONSchemaProps status = property(version.getSchema().getOpenAPIV3Schema(), "status");
            KEYS.forEach((list, key) -> {
                if (status.getProperties().containsKey(list)) {
                    keyedBy(key, property(status, list));
                }
            });
        });
        return crd;
    }

    /** What is committed. */
    CustomResourceDefinition committed() throws IOException {
        return Serialization.unmarshal(Files.readString(committedFile()), CustomResourceDefinition.class);
    }

    /** @throws NullPointerException if there is none of this name */
    static JSONSchemaProps property(JSONSchemaProps schema, String name) {
        return Objects.requireNonNull(schema.getProperties().get(name), name);
    }

    private int position(CustomResourceColumnDefinition column) {
        List<String> order = Arrays.stream(type.getAnnotationsByType(AdditionalPrinterColumn.class))
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
