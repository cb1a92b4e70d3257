package io.slackwater.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.slackwater.testkit.ChildProcesses.Signal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Real ZooKeeper servers that form one ensemble, each a JVM on loopback, with ticks of 200 ms. They run with the class path of the
 * caller, which needs {@code org.apache.zookeeper:zookeeper} and what a server of it needs: {@code metrics-core} and {@code
 * snappy-java}. Safe for use by several threads.
 */
public final class ZooKeeperEnsemble implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final int TICK_MILLIS = 200;
    private static final int PROBE_MILLIS = 1_000;

    private final Path directory;
    private final List<Server> servers = new ArrayList<>();

    private ZooKeeperEnsemble(int size) throws IOException {
        directory = Files.createTempDirectory("slackwater-zookeeper-");
        List<String> addresses = new ArrayList<>();
        for (int id = 1; id <= size; id++) {
            servers.add(new Server(id, LoopbackPorts.free()));
            addresses.add("server." + id + "=127.0.0.1:" + LoopbackPorts.free() + ":" + LoopbackPorts.free());
        }
        for (Server server : servers) {
            server.configure(addresses);
            server.launch();
        }
    }

    /**
     * Starts an ensemble and waits until it serves.
     *
     * @param size 1 to 7 servers
     * @throws IllegalStateException when there is none within a minute; the message carries the logs
     */
    public static ZooKeeperEnsemble start(int size) {
        try {
            ZooKeeperEnsemble ensemble = new ZooKeeperEnsemble(size);
            ensemble.awaitServing();
            return ensemble;
        } catch (IOException e) {
            throw new UncheckedIOException("could not start ZooKeeper", e);
        }
    }

    /** How many servers there are, running or not. */
    public int size() {
        return servers.size();
    }

    /** Of all servers, for clients. */
    public String connectString() {
        return servers.stream().map(server -> "127.0.0.1:" + server.port).collect(Collectors.joining(","));
    }

    /** The place of the server that leads, from 0; -1 while none does. */
    public int leader() {
        for (int i = 0; i < servers.size(); i++) {
            if (servers.get(i).says("srvr").contains("Mode: leader")) {
                return i;
            }
        }
        return -1;
    }

    /** Ends a server at once (SIGKILL); returns when it is gone. */
    public synchronized void kill(int server) {
        ChildProcesses.killAndWait(servers.get(server).process());
    }

    /** Freezes a server: its connections stay open and nothing answers. */
    public synchronized void pause(int server) {
        ChildProcesses.signal(servers.get(server).process(), Signal.STOP);
    }

    /** Ends a {@link #pause}. */
    public synchronized void resume(int server) {
        ChildProcesses.signal(servers.get(server).process(), Signal.CONT);
    }

    /** Starts the servers that do not run again, with what they had, and waits until all serve. */
    public synchronized void restart() {
        try {
            for (Server server : servers) {
                if (!server.process().isAlive()) {
                    server.launch();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("could not start ZooKeeper", e);
        }
        awaitServing();
    }

    /** Kills all servers and removes what they have written. */
    @Override
    public synchronized void close() {
        servers.forEach(server -> ChildProcesses.killAndWait(server.process()));
        TempFiles.delete(directory);
    }

    private void awaitServing() {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        for (Server server : servers) {
            while (!server.says("srvr").contains("Mode: ")) {
                if (System.nanoTime() > deadline || server.endsWithin(20)) {
                    String logs = servers.stream().map(Server::log).collect(Collectors.joining("\n"));
                    close();
                    throw new IllegalStateException("ZooKeeper server " + server.id + " does not serve: " + logs);
                }
            }
        }
    }

    private final class Server {
        private final int id;
        private final int port;
        private volatile Process process;

        @SuppressWarnings("NullAway.Init") // launched at once
        Server(int id, int port) {
            this.id = id;
            this.port = port;
        }

        Process process() {
            return process;
        }

        private Path folder() {
            return directory.resolve("server-" + id);
        }

        void configure(List<String> addresses) throws IOException {
            Files.createDirectories(folder());
            Files.writeString(folder().resolve("myid"), Integer.toString(id));
            List<String> lines = new ArrayList<>(List.of(
                    "dataDir=" + folder(),
                    "clientPort=" + port,
                    "clientPortAddress=127.0.0.1",
                    "tickTime=" + TICK_MILLIS,
                    "initLimit=50",
                    "syncLimit=25",
                    "maxSessionTimeout=60000",
                    "admin.enableServer=false",
                    "forceSync=no",
                    "4lw.commands.whitelist=srvr"));
            if (addresses.size() > 1) {
                lines.addAll(addresses);
            }
            Files.write(folder().resolve("zoo.cfg"), lines);
        }

        void launch() throws IOException {
            process = ChildProcesses.start(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx96m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-Dzookeeper.preAllocSize=1024",
                            "-Dorg.slf4j.simpleLogger.log.org.apache=warn",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                            folder().resolve("zoo.cfg").toString())
                    .directory(folder().toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile())));
        }

        private File logFile() {
            return folder().resolve("server.log").toFile();
        }

        String log() {
            try {
                return Files.readString(logFile().toPath());
            } catch (IOException e) {
                return "";
            }
        }

        boolean endsWithin(long millis) {
            try {
                return process.waitFor(millis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }

        /** What it answers to one of its commands of four letters; empty when it does not. */
        String says(String command) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), PROBE_MILLIS);
                socket.setSoTimeout(PROBE_MILLIS);
                socket.getOutputStream().write(command.getBytes(US_ASCII));
                return new String(socket.getInputStream().readAllBytes(), US_ASCII);
            } catch (IOException e) {
                return "";
            }
        }
    }
}
