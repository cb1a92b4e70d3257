package io.slackwater.bench;

import io.slackwater.gateway.GatewayMain;
import io.slackwater.testkit.RedisProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A gateway in a process of its own, at a loopback address of its own. */
final class GatewayProcess implements AutoCloseable {
    private static final int PORT = 8080;
    private static final int MANAGEMENT_PORT = 8081;
    private static final long DEADLINE_SECONDS = 30;

    private final HttpClient http = HttpClient.newHttpClient();
    private final String host;
    private final Process process;

    /** Starts one of the tier that this server belongs to; returns when it is ready. */
    GatewayProcess(String host, RedisProcess seed) throws IOException, InterruptedException {
        this.host = host;
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GatewayMain.class.getName(),
                        "--cluster=bench",
                        "--seeds=" + seed.host() + ":" + seed.port(),
                        "--member=" + host,
                        "--bind=" + host,
                        "--port=" + PORT,
                        "--management-port=" + MANAGEMENT_PORT,
                        "--max-connections=100000",
                        "--connections-per-second=0",
                        "--connect-timeout=600000")
                .inheritIO()
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!isReady()) {
            if (System.nanoTime() - deadline > 0 || !process.isAlive()) {
                close();
                throw new IllegalStateException("the gateway at " + host + " is not ready");
            }
            Thread.sleep(20);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return request("/readyz", "GET").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Where clients connect to. */
    InetSocketAddress address() {
        return new InetSocketAddress(host, PORT);
    }

    /** Tells it to send its clients away. */
    void drain(int disconnectsPerSecond, Duration reconnectSpread) throws IOException, InterruptedException {
        HttpResponse<String> answer = request(
                "/drain?disconnectsPerSecond=" + disconnectsPerSecond + "&reconnectSpreadMillis="
                        + reconnectSpread.toMillis(),
                "POST");
        if (answer.statusCode() / 100 != 2) {
            throw new IllegalStateException("told to drain, the gateway says " + answer.statusCode() + answer.body());
        }
    }

    private HttpResponse<String> request(String path, String method) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://" + host + ":" + MANAGEMENT_PORT + path))
                        .timeout(Duration.ofSeconds(5))
                        .method(method, BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());
    }

    /** Ends it at once (SIGKILL): the kernel closes all its connections. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        http.shutdownNow();
    }
}
