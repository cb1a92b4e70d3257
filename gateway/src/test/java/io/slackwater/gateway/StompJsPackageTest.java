package io.slackwater.gateway;

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
        NpmPackage.installOrSkip();
    }

    @Test
    void typesAreRight() {
        NpmPackage.run(120, "npm", "run", "check");
    }

    @Test
    void itsTestsPass() throws IOException {
        try (Stream<Path> files = Files.list(NpmPackage.FOLDER.resolve("test"))) {
            List<String> tests = files.map(file -> "test/" + file.getFileName())
                    .filter(name -> name.endsWith(".test.js"))
                    .sorted()
                    .toList();
            NpmPackage.run(
                    600,
                    Stream.concat(Stream.of("node", "--test"), tests.stream()).toArray(String[]::new));
        }
    }
}
