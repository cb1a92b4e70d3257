package io.slackwater.operator;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.not;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class DependenciesTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("/test-classes/")) // where the quick profile has them
            .importPackages("io.slackwater.operator", "io.slackwater.crds");

    @Test
    void layers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.slackwater.operator..", "io.slackwater.crds..")
                .layer("process")
                .definedBy("io.slackwater.operator")
                .layer("reconcile")
                .definedBy("io.slackwater.operator.reconcile..")
                .layer("kube")
                .definedBy("io.slackwater.operator.kube..")
                .layer("status")
                .definedBy("io.slackwater.operator.status..")
                .layer("nodes")
                .definedBy("io.slackwater.operator.nodes..")
                .layer("gateways")
                .definedBy("io.slackwater.operator.gateways..")
                .layer("migration")
                .definedBy("io.slackwater.operator.migration..")
                .layer("security")
                .definedBy("io.slackwater.operator.security..")
                .layer("coordination")
                .definedBy("io.slackwater.operator.coordination..")
                .layer("discovery")
                .definedBy("io.slackwater.operator.discovery..")
                .layer("windows")
                .definedBy("io.slackwater.operator.windows..")
                .layer("scaling")
                .definedBy("io.slackwater.operator.scaling..")
                .layer("prometheus")
                .definedBy("io.slackwater.operator.prometheus..")
                .layer("crds")
                .definedBy("io.slackwater.crds..")
                .whereLayer("process")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("reconcile")
                .mayOnlyBeAccessedByLayers("process")
                .whereLayer("kube")
                .mayOnlyBeAccessedByLayers("process", "reconcile")
                .whereLayer("status")
                .mayOnlyBeAccessedByLayers("reconcile")
                .whereLayer("gateways")
                .mayOnlyBeAccessedByLayers("process", "reconcile", "kube", "status")
                .whereLayer("migration")
                .mayOnlyBeAccessedByLayers("process", "reconcile", "kube", "status")
                .whereLayer("security")
                .mayOnlyBeAccessedByLayers("process", "reconcile")
                .whereLayer("discovery")
                .mayOnlyBeAccessedByLayers("reconcile")
                .whereLayer("discovery")
                .mayNotAccessAnyLayer()
                .whereLayer("windows")
                .mayNotAccessAnyLayer()
                .whereLayer("prometheus")
                .mayOnlyAccessLayers("scaling", "windows")
                .whereLayer("scaling")
                .mayOnlyAccessLayers("windows")
                .whereLayer("crds")
                .mayOnlyBeAccessedByLayers("process", "reconcile", "kube", "status", "nodes", "gateways")
                .check(CLASSES);
    }

    @Test
    void coordination_knows_nothing_of_kubernetes() {
        noClasses()
                .that()
                .resideInAPackage("io.slackwater.operator.coordination..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.fabric8..",
                        "io.javaoperatorsdk..",
                        "io.slackwater.crds..",
                        "io.slackwater.operator",
                        "io.slackwater.operator.reconcile..",
                        "io.slackwater.operator.kube..",
                        "io.slackwater.operator.nodes..",
                        "io.slackwater.operator.migration..",
                        "io.slackwater.operator.security..",
                        "io.slackwater.operator.status..",
                        "io.slackwater.operator.windows.."))
                .check(CLASSES);
    }

    @Test
    void what_decides_has_no_effects() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "io.slackwater.operator.nodes..",
                        "io.slackwater.operator.gateways..",
                        "io.slackwater.operator.migration..",
                        "io.slackwater.operator.scaling..",
                        "io.slackwater.operator.security..",
                        "io.slackwater.operator.status..",
                        "io.slackwater.operator.windows..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.fabric8.kubernetes.client",
                        "io.fabric8.kubernetes.client.dsl..",
                        "io.lettuce..",
                        "io.javaoperatorsdk.."))
                .check(CLASSES);
    }

    @Test
    void windows_get_the_time_from_outside_and_know_only_time_and_cron() {
        classes()
                .that()
                .resideInAPackage("io.slackwater.operator.windows..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.slackwater.operator.windows..",
                        "com.cronutils..",
                        "java.lang..",
                        "java.nio",
                        "java.time..",
                        "java.util..",
                        "org.jspecify.."))
                .andShould(not(callMethodWhere(target(owner(assignableTo(Clock.class)))
                        .or(target(name("now")))
                        .or(target(name("currentTimeMillis")))
                        .or(target(name("nanoTime"))))))
                .check(CLASSES);
    }

    @Test
    void scaling_gets_the_time_and_all_else_from_outside() {
        classes()
                .that()
                .resideInAPackage("io.slackwater.operator.scaling..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "io.slackwater.operator.scaling..",
                        "io.slackwater.operator.windows..",
                        "io.slackwater.ring..",
                        "java.lang..",
                        "java.time..",
                        "java.util..",
                        "org.jspecify.."))
                .andShould(not(callMethodWhere(target(owner(assignableTo(Clock.class)))
                        .or(target(name("now")).and(target(owner(assignableTo(Instant.class)))))
                        .or(target(name("currentTimeMillis")))
                        .or(target(name("nanoTime"))))))
                .check(CLASSES);
    }

    @Test
    void zookeeper_is_known_where_it_is_told_and_nowhere_else() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.slackwater.operator.discovery..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.slackwater.zookeeper..", "org.apache.zookeeper..", "org.apache.curator.."))
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("io.slackwater.operator.discovery..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.fabric8..", "io.javaoperatorsdk..", "io.lettuce..", "io.slackwater.client.."))
                .check(CLASSES);
    }

    @Test
    void custom_resources_know_nothing_of_ours() {
        noClasses()
                .that()
                .resideInAPackage("io.slackwater.crds..")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.slackwater.operator..", "io.slackwater.ring..", "io.slackwater.client.."))
                .check(CLASSES);
    }

    @Test
    void no_cycles() {
        slices().matching("io.slackwater.(operator.*|crds)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
