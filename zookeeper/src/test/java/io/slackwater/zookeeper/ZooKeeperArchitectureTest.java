package io.slackwater.zookeeper;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Who may know ZooKeeper, and what is known there. */
class ZooKeeperArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/test-classes/")) // where the quick profile has them
            .importPackages("io.slackwater.ring", "io.slackwater.client", "io.slackwater.zookeeper");

    @Test
    void ring_and_client_do_not_know_zookeeper() {
        noClasses()
                .that()
                .resideInAnyPackage("io.slackwater.ring..", "io.slackwater.client..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.slackwater.zookeeper..", "org.apache.zookeeper..", "org.apache.curator..")
                .check(CLASSES);
    }

    @Test
    void knows_the_ring_alone_of_ours() {
        noClasses()
                .that()
                .resideInAPackage("io.slackwater.zookeeper..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.slackwater.client..", "io.slackwater.operator..", "io.slackwater.crds..")
                .check(CLASSES);
    }

    @Test
    void layout_and_encoding_are_pure() {
        classes()
                .that()
                .belongToAnyOf(Layout.class, PublishedNodes.class)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.slackwater.zookeeper",
                        "io.slackwater.ring..",
                        "java.lang..",
                        "java.nio",
                        "java.nio.charset",
                        "java.util..",
                        "org.jspecify..")
                .check(CLASSES);
    }
}
