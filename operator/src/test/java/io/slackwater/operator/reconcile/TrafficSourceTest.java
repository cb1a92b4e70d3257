package io.slackwater.operator.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.slackwater.crds.AutoscalingSpec.Prometheus;
import io.slackwater.crds.MigrationSpec.LowTraffic;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.scaling.replay.Recording;
import io.slackwater.operator.windows.TrafficHistory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The history of traffic from a Prometheus; a small server of this test stands for it. */
class TrafficSourceTest {
    private static final Instant NOW = Instant.parse("2026-02-10T12:00:00Z");

    private final List<String> questions = new ArrayList<>();
    private @Nullable String body;

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    @SuppressWarnings("NullAway.Init")
    private TrafficSource source;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/v1/query_range", exchange -> {
            questions.add(exchange.getRequestURI().getQuery());
            byte[] bytes = (body == null ? "" : body).getBytes(UTF_8);
            exchange.sendResponseHeaders(body == null ? 503 : 200, bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.start();
        ClusterSecrets none = new ClusterSecrets(new KubernetesClientBuilder().build());
        source = new TrafficSource(new PrometheusAsker(none, () -> NOW), Runnable::run);
    }

    @AfterEach
    void end() {
        source.close();
        server.stop(0);
    }

    private LowTraffic low(String lookback) {
        Prometheus prometheus =
                new Prometheus("http://127.0.0.1:" + server.getAddress().getPort(), null, null, 2);
        return new LowTraffic(20, lookback, null, prometheus, "sum(rate(messages[5m]))");
    }

    /** A sample every five minutes until now, the last {@code missing} of them left out. */
    private static String day(Instant now, double rate, int missing) {
        String values = IntStream.range(0, 289 - missing)
                .mapToObj(i ->
                        "[" + now.minus(Duration.ofMinutes(5L * (288 - i))).getEpochSecond() + ",\"" + rate + "\"]")
                .collect(Collectors.joining(","));
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":["
                + values + "]}]}}";
    }

    @Test
    void the_whole_lookback_is_asked_for_every_two_minutes() {
        body = day(NOW, 500, 0);
        TrafficHistory history = source.look("chat", low("1d"), NOW);
        assertThat(history.knownBins(NOW)).isEqualTo(144);
        assertThat(history.rate(NOW)).hasValue(500);
        assertThat(source.trouble()).isEmpty();
        assertThat(questions)
                .singleElement()
                .asString()
                .contains("query=sum(rate(messages[5m]))")
                .contains("start=" + NOW.minus(Duration.ofDays(1)).getEpochSecond())
                .contains("end=" + NOW.getEpochSecond())
                .contains("step=300");
        source.look("chat", low("1d"), NOW.plusSeconds(119));
        assertThat(questions).hasSize(1);
        source.look("chat", low("1d"), NOW.plusSeconds(120));
        assertThat(questions).hasSize(2);
    }

    @Test
    void without_an_answer_the_last_one_holds_grows_old_and_the_status_says_so() {
        body = day(NOW, 500, 0);
        source.look("chat", low("1d"), NOW);
        body = null;
        Instant later = NOW.plus(Duration.ofMinutes(5));
        assertThat(source.look("chat", low("1d"), later).rate(later)).hasValue(500);
        assertThat(source.trouble()).startsWith("migration.lowTraffic: its query was answered with 503");
        Instant muchLater = NOW.plus(Duration.ofMinutes(30));
        assertThat(source.look("chat", low("1d"), muchLater).rate(muchLater))
                .as("unknown, not zero")
                .isEmpty();
        body = day(muchLater, 300, 0);
        Instant again = muchLater.plus(TrafficSource.EVERY);
        assertThat(source.look("chat", low("1d"), again).rate(muchLater)).hasValue(300);
        assertThat(source.trouble()).isEmpty();
    }

    @Test
    void minutes_that_the_prometheus_has_not_are_unknown() {
        body = day(NOW, 500, 6);
        TrafficHistory history = source.look("chat", low("1d"), NOW);
        assertThat(history.knownBins(NOW)).isBetween(140, 142);
        assertThat(history.rate(NOW)).isEmpty();
    }

    @Test
    void a_gap_in_the_middle_is_not_bridged() {
        boolean[] seen = new boolean[100];
        Arrays.fill(seen, true);
        Arrays.fill(seen, 40, 60, false);
        double[] load = new double[100];
        Arrays.fill(load, 500);
        Duration step = TrafficHistory.BIN.dividedBy(2);
        Instant from = NOW.minus(step.multipliedBy(100));
        TrafficHistory history = TrafficSource.history(new Recording(from, step, load, seen), Duration.ofDays(1), NOW);
        assertThat(history.knownBins(NOW)).isBetween(39, 41);
        assertThat(history.rate(from.plus(step.multipliedBy(50)))).isEmpty();
    }

    @Test
    void another_query_or_lookback_begins_anew() {
        body = day(NOW, 500, 0);
        source.look("chat", low("1d"), NOW);
        body = null;
        TrafficHistory history = source.look("chat", low("2d"), NOW.plusSeconds(1));
        assertThat(history.knownBins(NOW)).isZero();
        assertThat(history.lookback()).isEqualTo(Duration.ofDays(2));
        assertThat(questions).hasSize(2);
    }
}
