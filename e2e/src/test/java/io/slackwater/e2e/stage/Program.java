package io.slackwater.e2e.stage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine. */
final class Program {
    private Program() {}

    /**
     * Runs it to its end.
     *
     * @return what it printed, errors included
     * @throws IllegalStateException with what it printed, if it cannot be run, fails or takes longer
     */
    static String run(long seconds, List<String> command) {
        try {
            // A file, because a pipe stays open as long as anything that was started in the background holds it.
            Path output = Files.createTempFile("e2e", ".out");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                process.getOutputStream().close();
                boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
                String printed = Files.readString(output, StandardCharsets.UTF_8);
                if (!ended) {
                    process.destroyForcibly();
                    throw new IllegalStateException(
                            String.join(" ", command) + " has not ended within " + seconds + " s: " + printed);
                }
                if (process.exitValue() != 0) {
                    throw new IllegalStateException(String.join(" ", command) + " failed: " + printed);
                }
                return printed;
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new IllegalStateException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
