package io.slackwater.operator.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A real Prometheus on a loopback address that scrapes itself every second: {@code $PROMETHEUS}, else {@code prometheus} on the {@code PATH}. */
public final class PrometheusProcess implements AutoCloseable {
    private final Process process;
    public final int port;

    /**
     * Starts it and waits until it listens.
     *
     * @param folder empty, for its files
     * @param web content of its {@code --web.config.file}; null for plain HTTP without a login
     */
    PrometheusProcess(Path folder, @Nullable String web) throws IOException {
        this(folder, web, "");
    }

    /**
     * Starts it with more to do than that.
     *
     * @param more further items of {@code scrape_configs}, indented by two, and whatever may come after these
     */
    public PrometheusProcess(Path folder, @Nullable String web, String more) throws IOException {
        port = freePort();
        Path config = folder.resolve("prometheus.yml");
        Files.writeString(config, """
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                scrape_configs:
                  - job_name: self
                    static_configs: [{targets: ["127.0.0.1:%d"]}]
                """.formatted(port) + more);
        List<String> command = new ArrayList<>(List.of(
                binary().orElseThrow(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port));
        if (web != null) {
            Path file = folder.resolve("web.yml");
            Files.writeString(file, web);
            command.add("--web.config.file=" + file);
        }
        File log = folder.resolve("prometheus.log").toFile();
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
            assertThat(process.isAlive()).as(() -> text(log.toPath())).isTrue();
            new Socket(InetAddress.getLoopbackAddress(), port).close();
        });
    }

    /** The program; empty when there is none. */
    public static Optional<String> binary() {
        String chosen = System.getenv("PROMETHEUS");
        if (chosen != null && !chosen.isBlank()) {
            return Optional.of(chosen);
        }
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> new File(folder, "prometheus"))
                .filter(File::canExecute)
                .map(File::getPath)
                .findFirst();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return Arrays.toString(e.getStackTrace());
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
