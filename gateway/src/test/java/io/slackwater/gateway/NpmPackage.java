package io.slackwater.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The package {@code @slackwater/stompjs} and the programs that run it. */
final class NpmPackage {
    static final Path FOLDER = Path.of("..", "clients", "stompjs");
    private static final long INSTALL_SECONDS = 300;
    private static final int OLDEST_NODE = 20;

    private NpmPackage() {}

    /** Installs what its lock file names, once. Skips the test where there is no Node that can run it. */
    static void installOrSkip() {
        String version = output("node", "--version");
        Assumptions.assumeTrue(
                version.matches("v[0-9]+\\..*")
                        && major(version) >= OLDEST_NODE
                        && !output("npm", "--version").isEmpty(),
                "skipped: the helper for stompjs needs Node " + OLDEST_NODE + " or later with npm, and there is "
                        + (version.isEmpty() ? "none" : version));
        if (!Files.isDirectory(FOLDER.resolve("node_modules/ws"))) {
            try {
                run(INSTALL_SECONDS, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            } catch (AssertionError unreachable) {
                Assumptions.abort("skipped: npm cannot fetch the packages that the lock file names: " + unreachable);
            }
        }
    }

    private static int major(String version) {
        return Integer.parseInt(version.substring(1, version.indexOf('.')));
    }

    /** What a program says, on one line; empty when it is not there. */
    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).start();
            String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said.strip() : "";
        } catch (IOException absent) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs a program in the package's folder; it must end well in time. */
    static void run(long seconds, String... command) {
        try {
            Path log = Files.createTempFile("npm-package", ".log");
            Process process = start(ProcessBuilder.Redirect.to(log.toFile()), List.of(command));
            boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
            process.destroyForcibly();
            String said = Files.readString(log);
            Files.delete(log);
            Assertions.assertThat(ended)
                    .as("%s ends within %d s%n%s", List.of(command), seconds, said)
                    .isTrue();
            Assertions.assertThat(process.exitValue())
                    .as("%s%n%s", List.of(command), said)
                    .isZero();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static Process start(ProcessBuilder.Redirect output, List<String> command) throws IOException {
        return new ProcessBuilder(new ArrayList<>(command))
                .directory(FOLDER.toFile())
                .redirectErrorStream(output != ProcessBuilder.Redirect.PIPE)
                .redirectOutput(output)
                .start();
    }
}
