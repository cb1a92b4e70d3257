package io.slackwater.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is committed under {@code deploy/crds} and in the reference is what the types say. */
class CommittedDefinitionsTest {
    private static final boolean WRITE = Boolean.getBoolean("slackwater.write");
    private static final String HOW =
            "differs from the Java types: run  ./mvnw -pl crds test -Dslackwater.write=true  and commit the result";

    @ParameterizedTest
    @FieldSource("io.slackwater.crds.CommittedDefinitions#ALL")
    void definition_is_the_generated_one(CommittedDefinitions definition) throws IOException {
        if (WRITE) {
            Files.createDirectories(definition.committedFile().getParent());
            String yaml = "# Generated from the Java types of crds/; do not edit.\n"
                    + Serialization.asYaml(definition.wanted());
            Files.writeString(definition.committedFile(), yaml);
            Files.writeString(definition.fileInChart(), yaml);
        }
        assertThat(Serialization.asYaml(definition.committed()))
                .as(HOW)
                .isEqualTo(Serialization.asYaml(definition.wanted()));
        assertThat(definition.fileInChart()).as(HOW).hasSameTextualContentAs(definition.committedFile());
    }

    @Test
    void reference_describes_every_field() throws IOException {
        List<CustomResourceDefinition> definitions = new ArrayList<>();
        for (CommittedDefinitions definition : CommittedDefinitions.ALL) {
            definitions.add(definition.wanted());
        }
        String wanted = Reference.of(definitions);
        if (WRITE) {
            Files.createDirectories(Reference.COMMITTED.getParent());
            Files.writeString(Reference.COMMITTED, wanted);
        }
        assertThat(Files.readString(Reference.COMMITTED)).as(HOW).isEqualTo(wanted);
    }
}
