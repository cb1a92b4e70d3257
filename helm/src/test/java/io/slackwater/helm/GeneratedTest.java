package io.slackwater.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.helm.Chart.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Each fact has one owner: what is copied or generated is what its source says. */
class GeneratedTest {
    private static final boolean WRITE = Boolean.getBoolean("slackwater.write");

    @BeforeAll
    static void write() throws IOException {
        // Twice: what is made from the chart is made from the copies in it.
        for (int pass = 0; WRITE && pass < 2; pass++) {
            for (Map.Entry<Path, String> file : Generated.files().entrySet()) {
                Files.createDirectories(file.getKey().getParent());
                Files.writeString(file.getKey(), file.getValue());
            }
        }
    }

    @Test
    void files_are_what_their_sources_say() throws IOException {
        for (Map.Entry<Path, String> file : Generated.files().entrySet()) {
            assertThat(file.getKey())
                    .as("run  ./mvnw -pl helm test -Dslackwater.write=true  and commit the result")
                    .exists()
                    .content()
                    .isEqualTo(file.getValue());
        }
    }

    @Test
    void rights_are_those_of_the_file_under_which_the_operator_is_tested() throws IOException {
        String tested = Files.readString(Path.of("..", "deploy", "rbac", "operator.yaml"));
        for (String document : tested.split("(?m)^---\\n")) {
            if (document.contains("kind: ClusterRole\n")) {
                ClusterRole wanted = Serialization.unmarshal(document, ClusterRole.class);
                String name = wanted.getMetadata().getName();
                assertThat(role("{}", ClusterRole.class, name).getRules()).isEqualTo(wanted.getRules());
                if (name.endsWith("-machines")) { // no namespace has machines
                    continue;
                }
                assertThat(role("watchNamespaces: [blue]", Role.class, "slackwater-operator")
                                .getRules())
                        .isEqualTo(wanted.getRules());
            } else if (document.contains("kind: Role\n")) {
                Role wanted = Serialization.unmarshal(document, Role.class);
                assertThat(role("{}", Role.class, "slackwater-operator-lease").getRules())
                        .isEqualTo(wanted.getRules());
            }
        }
    }

    @Test
    void every_value_is_described_and_in_the_schema() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Chart.FOLDER.resolve("values.schema.json").toFile());
        TreeSet<String> described = new TreeSet<>();
        for (ValuesTable.Value value : ValuesTable.values()) {
            described.add(value.path());
            JsonNode node = schema;
            for (String key : value.path().split("\\.")) {
                node = node.path("properties").path(key);
            }
            assertThat(node.path("description").asText())
                    .as("values.schema.json, description of %s", value.path())
                    .isEqualTo(value.description());
        }
        assertThat(described).isEqualTo(leaves(schema, "", new TreeSet<>()));
    }

    /** Values of the schema that are described, that is, not mere folders of others. */
    private static TreeSet<String> leaves(JsonNode schema, String path, TreeSet<String> found) {
        if (schema.has("description") && !path.equals("global")) {
            found.add(path);
        } else {
            schema.path("properties")
                    .properties()
                    .forEach(property -> leaves(
                            property.getValue(),
                            path.isEmpty() ? property.getKey() : path + "." + property.getKey(),
                            found));
        }
        return found;
    }

    private static <T> T role(String values, Class<T> type, String name) {
        return Chart.render(values).stream()
                .map(Manifest::object)
                .filter(type::isInstance)
                .filter(object -> object.getMetadata().getName().equals(name))
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }
}
