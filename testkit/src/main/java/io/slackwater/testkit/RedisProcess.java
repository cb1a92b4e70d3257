package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.testkit.ChildProcesses.Signal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real redis-server (or Valkey) on a loopback address, that never writes to disk.
 *
 * <p>The binary is {@code $REDIS_SERVER}, else {@code redis-server} or {@code valkey-server} on the {@code PATH}. The
 * factory methods return once the server answers {@code PING}. Methods are safe for use by several threads.
 */
public final class RedisProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final int ATTEMPTS = 5;

    private final String host;
    private final int port;
    private final List<String> extraArgs;
    private final @Nullable Path certificates;
    private final Path directory;
    private Process process;

    private RedisProcess(String host, int port, @Nullable Path certificates, List<String> extraArgs) {
        this.host = host;
        this.port = port;
        this.certificates = certificates;
        this.extraArgs = List.copyOf(extraArgs);
        try {
            this.directory = Files.createTempDirectory("slackwater-redis-");
            this.process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + binary(), e);
        }
    }

    /**
     * Starts a server on 127.0.0.1 and a free port.
     *
     * @param extraArgs further arguments, such as {@code "--requirepass", "x"}
     * @throws IllegalStateException if no server answers within 20 s; the message carries the server's own log
     */
    public static RedisProcess start(String... extraArgs) {
        return startSomewhere(null, List.of(extraArgs));
    }

    /**
     * The same with TLS and no other port. Clients need no certificate.
     *
     * @param certificates folder with {@code tls.crt} and {@code tls.key} in PEM
     */
    public static RedisProcess startTls(Path certificates, String... extraArgs) {
        return startSomewhere(certificates, List.of(extraArgs));
    }

    private static RedisProcess startSomewhere(@Nullable Path certificates, List<String> extraArgs) {
        for (int attempt = 1; ; attempt++) {
            int port = LoopbackPorts.free();
            try {
                return new RedisProcess("127.0.0.1", port, certificates, extraArgs);
            } catch (IllegalStateException e) {
                // Somebody else may have taken the port between our look and the server's bind.
                if (attempt == ATTEMPTS || !String.valueOf(e.getMessage()).contains("in use")) {
                    throw e;
                }
            }
        }
    }

    /**
     * Starts a server on the given loopback address and port.
     *
     * @param host a loopback address, for example 127.0.0.2
     * @param port 1 to 65535
     * @throws IllegalArgumentException if the address is not a loopback address
     * @throws IllegalStateException if no server answers within 20 s; the message carries the server's own log
     */
    public static RedisProcess startAt(String host, int port, String... extraArgs) {
        if (!new InetSocketAddress(host, port).getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("a test server listens on loopback only, not on " + host);
        }
        return new RedisProcess(host, port, null, List.of(extraArgs));
    }

    /**
     * The server binary that is used: {@code $REDIS_SERVER}, else the first found on the {@code PATH}.
     *
     * @throws IllegalStateException if there is none
     */
    public static Path binary() {
        String chosen = System.getenv("REDIS_SERVER");
        if (chosen != null && !chosen.isBlank()) {
            return Path.of(chosen);
        }
        return onPath("redis-server")
                .or(() -> onPath("valkey-server"))
                .orElseThrow(() -> new IllegalStateException(
                        "no redis-server found: install one or name it in the environment variable REDIS_SERVER"));
    }

    /** The address it listens on. */
    public String host() {
        return host;
    }

    /** The port it listens on; the same after {@link #restartEmpty()}. */
    public int port() {
        return port;
    }

    /** {@code redis://host:port}, or {@code rediss:} with TLS. */
    public String uri() {
        return (certificates == null ? "redis://" : "rediss://") + host + ":" + port;
    }

    /** The process id of the server that runs now, or ran last. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Whether the process exists; a paused one does. */
    public synchronized boolean isAlive() {
        return process.isAlive();
    }

    /** Freezes the server (SIGSTOP): connections stay open and nothing answers, as on a hung node. */
    public synchronized void pause() {
        ChildProcesses.signal(process, Signal.STOP);
    }

    /** Ends a {@link #pause()}. */
    public synchronized void resume() {
        ChildProcesses.signal(process, Signal.CONT);
    }

    /** Ends the server at once (SIGKILL), paused or not; returns when it is gone. */
    public synchronized void kill() {
        ChildProcesses.killAndWait(process);
    }

    /** Kills the server if it lives and starts an empty one, with a new {@code run_id}, on the same address and port. */
    public synchronized void restartEmpty() {
        kill();
        try {
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException("could not start " + binary(), e);
        }
    }

    /** What the server wrote to its log so far. */
    public String log() {
        try {
            return Files.readString(directory.resolve("redis.log"), UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Kills the server and removes its directory. */
    @Override
    public synchronized void close() {
        kill();
        TempFiles.delete(directory);
    }

    private Process launch() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                binary().toString(),
                "--bind",
                host,
                "--port",
                certificates == null ? Integer.toString(port) : "0",
                "--dir",
                directory.toString(),
                "--save",
                "",
                "--appendonly",
                "no",
                "--protected-mode",
                "no"));
        if (certificates != null) {
            command.addAll(List.of(
                    "--tls-port",
                    Integer.toString(port),
                    "--tls-cert-file",
                    certificates.resolve("tls.crt").toString(),
                    "--tls-key-file",
                    certificates.resolve("tls.key").toString(),
                    "--tls-auth-clients",
                    "no"));
        }
        command.addAll(extraArgs);
        Process started = ChildProcesses.start(new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("redis.log").toFile()));
        awaitAnswer(started);
        return started;
    }

    private void awaitAnswer(Process started) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (System.nanoTime() < deadline) {
            try {
                if (started.waitFor(10, TimeUnit.MILLISECONDS)) {
                    throw failed("redis-server ended with exit code " + started.exitValue());
                }
            } catch (InterruptedException e) {
                started.destroyForcibly();
                Thread.currentThread().interrupt();
                throw failed("interrupted while waiting for redis-server");
            }
            if (RedisProbe.answers(host, port, certificates != null, started)) {
                return;
            }
        }
        ChildProcesses.killAndWait(started);
        throw failed("redis-server did not answer PING within " + START_TIMEOUT);
    }

    private IllegalStateException failed(String what) {
        String log = log();
        TempFiles.delete(directory);
        return new IllegalStateException(what + " on " + host + ":" + port + ", its log says: " + log);
    }

    private static Optional<Path> onPath(String name) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
