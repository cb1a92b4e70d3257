package io.slackwater.testkit.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The npm package {@code @slackwater/stompjs}, as seen from the folder of a module, and programs that run in it. */
public final class StompJsPackage {
    /** Where it is. */
    public static final Path FOLDER = Path.of("..", "clients", "stompjs");

    private static final long INSTALL_SECONDS = 300;
    private static final int OLDEST_NODE = 20;

    private StompJsPackage() {}

    /**
     * Installs what its lock file names, unless that is done.
     *
     * @return why nothing of it can be run here, one sentence; empty when it can
     */
    public static String missing() {
        String version = output("node", "--version");
        boolean suits = version.matches("v[0-9]+\\..*")
                && major(version) >= OLDEST_NODE
                && !output("npm", "--version").isEmpty();
        if (!suits) {
            return "the helper for stompjs needs Node " + OLDEST_NODE + " or later with npm, and there is "
                    + (version.isEmpty() ? "none" : version);
        }
        if (!Files.isDirectory(FOLDER.resolve("node_modules/ws"))) {
            try {
                run(INSTALL_SECONDS, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
            } catch (IllegalStateException unreachable) {
                return "npm cannot fetch the packages that the lock file names: " + unreachable.getMessage();
            }
        }
        return "";
    }

    private static int major(String version) {
        return Integer.parseInt(version.substring(1, version.indexOf('.')));
    }

    /** What a program says, on one line; empty when it is not there. */
    private static String output(String... command) {
        try {
            Process process = new ProcessBuilder(command).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said.strip() : "";
        } catch (IOException absent) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /**
     * Runs a program in the package's folder.
     *
     * @throws IllegalStateException with what it said, if it fails or takes longer
     */
    public static void run(long seconds, String... command) {
        try {
            Path log = Files.createTempFile("npm-package", ".log");
            try {
                Process process = start(ProcessBuilder.Redirect.to(log.toFile()), List.of(command));
                boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
                process.destroyForcibly();
                if (!ended || process.exitValue() != 0) {
                    throw new IllegalStateException(String.join(" ", command)
                            + (ended ? " failed" : " has not ended within " + seconds + " s") + ":\n"
                            + Files.readString(log));
                }
            } finally {
                Files.delete(log);
            }
        } catch (IOException e) {
            throw new IllegalStateException(command[0] + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts a program in the package's folder; its errors go where its output does, unless that is a pipe. */
    static Process start(ProcessBuilder.Redirect output, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .directory(FOLDER.toFile())
                .redirectErrorStream(output != ProcessBuilder.Redirect.PIPE)
                .redirectOutput(output)
                .start();
    }
}
