package io.slackwater.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What is committed under {@code deploy/crds} and in the reference is what the types say. */
class CommittedDefinitionsTest {
    private static final boolean WRITE = Boolean.getBoolean("slackwater.write");
    private static final String HOW =
            "differs from the Java types: run  ./mvnw -pl crds test -Dslackwater.write=true  and commit the result";

    @Test
    void definition_is_the_generated_one() throws IOException {
        if (WRITE) {
            Files.createDirectories(CommittedDefinitions.COMMITTED.getParent());
            String yaml = "# Generated from the Java types of crds/; do not edit.\n"
                    + Serialization.asYaml(CommittedDefinitions.wanted());
            Files.writeString(CommittedDefinitions.COMMITTED, yaml);
            Files.writeString(CommittedDefinitions.IN_CHART, yaml);
        }
        assertThat(Serialization.asYaml(CommittedDefinitions.committed()))
                .as(HOW)
                .isEqualTo(Serialization.asYaml(CommittedDefinitions.wanted()));
        assertThat(CommittedDefinitions.IN_CHART).as(HOW).hasSameTextualContentAs(CommittedDefinitions.COMMITTED);
    }

    @Test
    void reference_describes_every_field() throws IOException {
        String wanted = Reference.of(CommittedDefinitions.wanted());
        if (WRITE) {
            Files.createDirectories(Reference.COMMITTED.getParent());
            Files.writeString(Reference.COMMITTED, wanted);
        }
        assertThat(Files.readString(Reference.COMMITTED)).as(HOW).isEqualTo(wanted);
    }
}
