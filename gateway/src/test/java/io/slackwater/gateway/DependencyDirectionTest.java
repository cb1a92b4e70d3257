package io.slackwater.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class DependencyDirectionTest {
    private final JavaClasses classes = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.slackwater.gateway");

    @Test
    void gatewayKnowsTheTierOnlyThroughTheClient() {
        noClasses()
                .that()
                // The client's settings take the addresses of its seeds in the ring's form.
                .doNotHaveSimpleName("ClientTier")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.slackwater.ring..",
                        "io.slackwater.crds..",
                        "io.slackwater.operator..",
                        "io.slackwater.testkit..",
                        "io.lettuce..",
                        "io.fabric8..")
                .check(classes);
    }

    @Test
    void onlyOneClassKnowsWhichClientItIs() {
        noClasses()
                .that()
                .doNotHaveSimpleName("ClientTier")
                .should()
                .dependOnClassesThat()
                .haveSimpleNameStartingWith("PubSubClient")
                .check(classes);
    }

    @Test
    void nettysInternalsAreItsOwn() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty.util.internal..")
                .check(classes);
    }
}
