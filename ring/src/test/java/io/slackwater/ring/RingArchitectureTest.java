package io.slackwater.ring;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.Timer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The ring and the protocol are values and functions: no I/O, clock, thread or dependency. */
class RingArchitectureTest {
    private static final JavaClasses RING = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.slackwater.ring");

    private static final Set<String> PACKAGES = Set.of(
            "java.lang",
            "java.lang.annotation",
            "java.lang.invoke", // lambdas
            "java.lang.runtime", // records and switch
            "java.util",
            "java.util.function",
            "java.util.random",
            "java.util.regex",
            "java.util.stream",
            "java.util.concurrent.atomic",
            "java.nio.charset",
            "org.jspecify.annotations");

    private static final Set<String> CLASSES = Set.of(
            "java.security.MessageDigest",
            "java.security.NoSuchAlgorithmException",
            "java.util.zip.CRC32",
            "java.util.concurrent.ConcurrentHashMap",
            "java.util.concurrent.ConcurrentMap");

    @Test
    void depends_on_nothing_but_the_language() {
        classes()
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "are of the ring, of the language, values, collections for UTF-8 or for checksums",
                        RingArchitectureTest::allowed))
                .check(RING);
    }

    @Test
    void knows_no_clock_thread_or_chance() {
        noClasses()
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Thread.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Clock.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(InstantSource.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Timer.class)
                .orShould()
                .callMethod(RandomGenerator.class, "getDefault")
                .orShould()
                .callMethod(Collections.class, "shuffle", List.class)
                .check(RING);
    }

    @Test
    void the_ring_does_not_know_the_handover_machines() {
        noClasses()
                .that()
                .resideInAPackage("io.slackwater.ring")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.slackwater.ring.handover..")
                .check(RING);
    }

    private static boolean allowed(JavaClass type) {
        JavaClass plain = type.getBaseComponentType();
        return plain.isPrimitive()
                || plain.getPackageName().startsWith("io.slackwater.ring")
                || PACKAGES.contains(plain.getPackageName())
                || CLASSES.contains(plain.getName());
    }
}
