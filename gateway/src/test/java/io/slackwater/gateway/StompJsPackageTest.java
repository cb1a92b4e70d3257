package io.slackwater.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slackwater.testkit.clients.StompJsPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The helper for stompjs: its types and its own tests, in which gateways are a model. */
class StompJsPackageTest {
    @BeforeAll
    static void install() {
        String missing = StompJsPackage.missing();
        assumeTrue(missing.isEmpty(), "skipped: " + missing);
    }

    @Test
    void typesAreRight() {
        StompJsPackage.run(120, "npm", "run", "check");
    }

    @Test
    void itsTestsPass() throws IOException {
        try (Stream<Path> files = Files.list(StompJsPackage.FOLDER.resolve("test"))) {
            List<String> tests = files.map(file -> "test/" + file.getFileName())
                    .filter(name -> name.endsWith(".test.js"))
                    .sorted()
                    .toList();
            StompJsPackage.run(
                    600,
                    Stream.concat(Stream.of("node", "--test"), tests.stream()).toArray(String[]::new));
        }
    }
}
