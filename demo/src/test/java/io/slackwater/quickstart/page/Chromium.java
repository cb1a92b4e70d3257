package io.slackwater.quickstart.page;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A browser without a window that has one page open. Closed, it is gone with all of its processes. */
final class Chromium implements AutoCloseable {
    private static final List<String> NAMES = List.of("chromium", "google-chrome");

    private final Process process;
    private final Path log;

    /** @param folder for what it writes, its log among it */
    Chromium(URI page, Path folder) throws IOException {
        log = folder.resolve("chromium.log");
        List<String> command = new ArrayList<>(List.of(
                program().orElseThrow().toString(),
                "--headless=new",
                "--user-data-dir=" + folder.resolve("profile"),
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-extensions",
                "--disable-background-networking",
                "--enable-logging=stderr",
                "--window-size=1280,800"));
        if ("root".equals(System.getProperty("user.name"))) {
            command.add("--no-sandbox"); // it refuses to start otherwise
        }
        command.add(page.toString());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("TMPDIR", folder.toString());
        process = builder.start();
    }

    /** Skips the test where there is none. */
    static void skipWithout() {
        Assumptions.assumeTrue(
                program().isPresent(),
                "skipped: the page is looked at with Chromium, and there is neither chromium nor google-chrome on the PATH");
    }

    private static Optional<Path> program() {
        List<Path> folders = Arrays.stream(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        return NAMES.stream()
                .flatMap(name -> folders.stream().map(folder -> folder.resolve(name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** What the page and the browser have said, as about errors of scripts and the Content-Security-Policy. That a gateway refused a connection is no complaint. */
    List<String> complaints() throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(":CONSOLE"))
                    .filter(line -> !line.contains("WebSocket connection to"))
                    .toList();
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> all = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(late -> one)
                .join());
    }
}
