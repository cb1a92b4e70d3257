package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed recipe for HAProxy, run by the real one where it is installed. Only where the gateways are is filled in: there is no DNS here. */
class HaProxyTest {
    private static final Path RECIPE = Path.of("..", "deploy", "haproxy", "haproxy.cfg");
    private static final String TEMPLATE = "server-template gateway ";

    private final List<TestGateway> gateways = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private record Proxy(Process process, URI uri) implements AutoCloseable {
        @Override
        public void close() {
            process.destroy();
        }
    }

    @AfterEach
    void stop() {
        http.shutdownNow();
        http.close();
        gateways.forEach(TestGateway::close);
    }

    @Test
    void recipeIsValid() throws IOException, InterruptedException {
        assertThat(haProxy("-c", "-f", RECIPE.toString()).waitFor()).isZero();
    }

    @Test
    void connectionsAreEvenAndADrainIsNoticedBeforeTheHealthCheckIs() throws IOException {
        for (int i = 0; i < 3; i++) {
            gateways.add(new TestGateway());
        }
        try (Proxy proxy = start()) {
            List<StompClient> clients = new ArrayList<>();
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> clients.add(open(proxy)));
            while (clients.size() < 60) {
                clients.add(open(proxy));
            }
            assertThat(counts()).as("60 connections on three gateways").containsOnly(20);

            gateways.getFirst().post("/drain?disconnectsPerSecond=1&patienceMillis=600000");
            for (int i = 0; i < 10; i++) {
                clients.add(open(proxy));
            }
            assertThat(counts()).as("nobody new on the one that drains").containsExactly(20, 25, 25);
            assertThat(clients).as("nobody is cut off").noneMatch(client -> client.closed.isDone());

            gateways.getFirst().post("/drain?disconnectsPerSecond=1000");
            await().until(() -> counts().getFirst() == 0);
            List<StompClient> told =
                    clients.stream().filter(client -> client.closed.isDone()).toList();
            assertThat(told)
                    .hasSize(20)
                    .allMatch(client -> client.expectClosed().code() == 1012);
            told.forEach(client -> open(proxy));
            assertThat(counts()).containsExactly(0, 35, 35);
        }
    }

    private StompClient open(Proxy proxy) {
        return StompClient.open(http, proxy.uri(), "v12.stomp");
    }

    private List<Integer> counts() {
        return gateways.stream()
                .map(gateway -> gateway.server.drain().state().remaining())
                .toList();
    }

    private Proxy start() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(RECIPE)) {
            if (line.strip().startsWith(TEMPLATE)) {
                IntStream.range(0, gateways.size())
                        .mapToObj(i -> "    server gateway" + i + " 127.0.0.1:"
                                + gateways.get(i).server.port() + " check port "
                                + gateways.get(i).server.managementPort())
                        .forEach(lines::add);
            } else {
                lines.add(line.replace("bind :8080", "bind 127.0.0.1:" + port)
                        .replace("maxconn 100000", "maxconn 1000")); // a test may open fewer files
            }
        }
        Path config = Files.write(folder.resolve("haproxy.cfg"), lines);
        return new Proxy(haProxy("-db", "-f", config.toString()), URI.create("ws://127.0.0.1:" + port + "/stomp"));
    }

    /** Skips the test where it is not installed. */
    private static Process haProxy(String... arguments) throws IOException {
        Path program = Path.of("/usr/sbin/haproxy");
        Assumptions.assumeTrue(Files.isExecutable(program), "needs HAProxy: install the package haproxy");
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }
}
