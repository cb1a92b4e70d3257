package io.slackwater.operator.reconcile.gateways;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slackwater.operator.gateways.DrainOrder;
import io.slackwater.operator.gateways.GatewayPod;
import io.slackwater.operator.gateways.GatewayReport;
import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.gateways.ShedAnswer;
import io.slackwater.operator.gateways.ShedOrder;
import io.slackwater.operator.gateways.Shedding;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks gateways how they are and tells them to drain or to shed clients, over HTTP on their management port. A gateway that does not answer in time, or not as
 * it should, counts as silent. Safe for use by many threads.
 */
public final class GatewayCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayCalls.class);
    private static final Duration TIMEOUT = Duration.ofMillis(1500);
    private static final int LONGEST_ANSWER = 4096;
    private static final int MAX_CONNECTIONS = 10_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    /** Made when the first gateway is asked: many an operator has none, and it would cost each of them at its start. */
    private @Nullable HttpClient http;

    private boolean closed;

    /**
     * What each gateway says; those that are silent are missing.
     *
     * @param hosts their addresses
     */
    Map<String, GatewayReport> reports(Collection<String> hosts) {
        Map<String, GatewayReport> reports = new ConcurrentHashMap<>();
        together(hosts, host -> {
            GatewayReport report = report(host);
            if (report != null) {
                reports.put(host, report);
            }
        });
        return reports;
    }

    /** What one gateway says now; null when it is silent. */
    @Nullable
    GatewayReport report(String host) {
        return report(call(host, "/drain", "GET"));
    }

    /**
     * Tells gateways to drain. Who does not hear is told again at the next look.
     *
     * @param reconnectSpread see {@link io.slackwater.operator.gateways.DrainSettings}
     */
    void drain(Collection<DrainOrder> orders, Duration reconnectSpread) {
        together(orders, order -> {
            String path = "/drain?disconnectsPerSecond=" + order.disconnectsPerSecond() + "&patienceMillis="
                    + order.patience().toMillis() + "&reconnectSpreadMillis=" + reconnectSpread.toMillis();
            if (report(call(order.gateway().pod().host(), path, "POST")) == null) {
                LOG.debug(
                        "{} was told to drain and did not answer",
                        order.gateway().name());
            }
        });
    }

    /**
     * Tells gateways to send clients to others.
     *
     * @return what each says, by pod; those that are silent are missing
     */
    Map<String, ShedAnswer> shed(Collection<ShedOrder> orders) {
        Map<String, ShedAnswer> answers = new ConcurrentHashMap<>();
        together(orders, order -> {
            String path = "/shed?id=" + order.id() + "&clients=" + order.clients() + "&olderThanMillis="
                    + order.olderThan().toMillis() + "&disconnectsPerSecond=" + order.disconnectsPerSecond()
                    + "&reconnectSpreadMillis=" + Shedding.RECONNECT_SPREAD.toMillis();
            ShedAnswer answer = shed(call(order.gateway().pod().host(), path, "POST"));
            if (answer != null) {
                answers.put(order.gateway().name(), answer);
            }
        });
        return answers;
    }

    private interface Call<T> {
        void on(T target);
    }

    private <T> void together(Collection<T> targets, Call<T> call) {
        Collection<Future<?>> calls = targets.stream()
                .<Future<?>>map(target -> threads.submit(() -> call.on(target)))
                .toList();
        for (Future<?> each : calls) {
            try {
                each.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                LOG.debug("a gateway could not be spoken to", e);
                each.cancel(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private record Reply(int status, String body) {}

    private static @Nullable GatewayReport report(@Nullable Reply reply) {
        return reply == null || reply.status() / 100 != 2 ? null : parse(reply.body());
    }

    private static @Nullable ShedAnswer shed(@Nullable Reply reply) {
        if (reply == null) {
            return null;
        }
        return switch (reply.status()) {
            case HttpURLConnection.HTTP_NOT_FOUND, HttpURLConnection.HTTP_BAD_METHOD -> new ShedAnswer.Unknown();
            default -> reply.status() / 100 == 2 ? parseShed(reply.body()) : null;
        };
    }

    private @Nullable Reply call(String host, String path, String method) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + bracketed(host) + ":" + GatewayPod.MANAGEMENT_PORT + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<InputStream> response = http().send(request, BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                byte[] bytes = body.readNBytes(LONGEST_ANSWER);
                return new Reply(response.statusCode(), new String(bytes, UTF_8));
            }
        } catch (IOException e) {
            LOG.debug("{} is silent: {}", host, e.toString());
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** The answer of {@code /drain}; null when it is none. */
    static @Nullable GatewayReport parse(String answer) {
        try {
            JsonNode json = JSON.readTree(answer);
            Phase phase = Phase.valueOf(json.path("state").asText().toUpperCase(Locale.ROOT));
            int remaining = json.path("remaining").asInt(-1);
            if (remaining < 0 || remaining > MAX_CONNECTIONS || phase == Phase.DRAINED && remaining > 0) {
                return null;
            }
            long accept = json.path("acceptMillis").asLong(-1);
            return new GatewayReport(
                    phase,
                    remaining,
                    Math.max(0, json.path("disconnectsPerSecond").asInt(0)),
                    accept < 0 ? OptionalLong.empty() : OptionalLong.of(accept));
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    /** The answer of {@code /shed}; null when it is none. */
    static @Nullable ShedAnswer parseShed(String answer) {
        try {
            JsonNode json = JSON.readTree(answer);
            int told = json.path("told").asInt(-1);
            int remaining = json.path("remaining").asInt(-1);
            int staying = json.path("staying").asInt(-1);
            return told < 0 || remaining < 0 || staying < 0
                    ? null
                    : new ShedAnswer.Said(json.path("id").asText(), told, remaining, staying);
        } catch (IOException e) {
            return null;
        }
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** Ends what is under way. */
    @Override
    public synchronized void close() {
        closed = true;
        if (http != null) {
            http.shutdownNow();
        }
        threads.shutdownNow();
    }

    /** @throws IOException it is closed */
    private synchronized HttpClient http() throws IOException {
        if (closed) {
            throw new IOException("closed");
        }
        if (http == null) {
            http = HttpClient.newBuilder()
                    .connectTimeout(TIMEOUT)
                    .executor(threads)
                    .build();
        }
        return http;
    }
}
