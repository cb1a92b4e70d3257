package io.slackwater.operator.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.slackwater.operator.scaling.Sample;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nonsense becomes, and servers that are none: a small server of this test answers. */
class PrometheusReaderTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);

    private final List<String> logins = new ArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);

    @SuppressWarnings("NullAway.Init")
    private HttpServer server;

    private int status = 200;
    private String body = "";

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/prom/api/v1/query", exchange -> {
            logins.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
        server.createContext("/slow/api/v1/query", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void end() {
        ended.countDown();
        server.stop(0);
    }

    @Test
    void a_value_of_now_is_one() {
        assertThat(answered(200, vector("[1700000000.1,\"61.5\"]"))).isEqualTo(new Sample.Value(61.5));
        assertThat(answered(200, vector(""))).isEqualTo(new Sample.Missing());
        assertThat(answered(200, vector("[1700000000,\"NaN\"]"))).isEqualTo(new Sample.NotANumber());
        assertThat(answered(200, vector("[1700000000,\"-Inf\"]"))).isEqualTo(new Sample.NotANumber());
        assertThat(answered(200, vector("[1700000000,\"many\"]"))).isEqualTo(new Sample.NotANumber());
        assertThat(answered(200, vector("[1700000000,\"-3\"]")).sentence()).isEqualTo("is negative: -3");
    }

    @Test
    void another_time_is_none() {
        assertThat(answered(200, vector("[1699999580,\"5\"]"))).isEqualTo(new Sample.Stale(Duration.ofMinutes(7)));
        assertThat(answered(200, vector("[1700000420,\"5\"]")).sentence())
                .isEqualTo("is of a time to come, by 7m: the clocks differ");
        assertThat(answered(200, vector("[1e300,\"5\"]")).sentence()).contains("of no time");
    }

    @Test
    void nonsense_is_said() {
        assertThat(answered(200, "<html>Sign in</html>").sentence())
                .isEqualTo("got an answer that is not of Prometheus: it is not JSON");
        assertThat(answered(200, "").sentence()).contains("it is not JSON");
        assertThat(answered(200, "7").sentence()).contains("it is not JSON");
        assertThat(answered(200, "{}").sentence()).isEqualTo("got an answer without success or error");
        assertThat(answered(200, "{\"status\":\"success\"}").sentence())
                .isEqualTo("gave a result that is no figure: none at all");
        assertThat(answered(200, vector("[\"now\",\"5\"]")).sentence()).contains("a result without time and value");
        assertThat(answered(200, vector("[1700000000,\"1\"]},{\"metric\":{\"pod\":\"b\"},\"value\":[1700000000,\"2\"]"))
                        .sentence())
                .isEqualTo("gave 2 results where one is needed: add them up, as with sum(…)");
        assertThat(answered(200, "x".repeat((1 << 20) + 1)).sentence()).isEqualTo("got an answer of more than 1 MiB");
    }

    @Test
    void refusals_are_said_with_what_to_do() {
        assertThat(answered(400, "{\"status\":\"error\",\"error\":\"parse error: \\n unexpected end\"}")
                        .sentence())
                .isEqualTo("was refused by Prometheus: parse error: unexpected end");
        assertThat(answered(401, "").sentence()).startsWith("was refused with 401: the login in the Secret");
        assertThat(answered(403, "").sentence()).startsWith("was refused with 403: the login in the Secret");
        assertThat(answered(404, "").sentence())
                .isEqualTo("was answered with 404: is the address that of a Prometheus, with its path?");
        assertThat(answered(503, "{\"status\":\"error\",\"error\":\"starting\"}")
                        .sentence())
                .isEqualTo("was answered with 503: starting");
        assertThat(answered(500, "").sentence()).isEqualTo("was answered with 500");
        assertThat(answered(302, "").sentence())
                .startsWith("was redirected with 302 to http://127.0.0.1:1/elsewhere, where the login is not sent");
        assertThat(answered(422, "{\"status\":\"error\",\"error\":\"" + "y".repeat(5_000) + "\"}")
                        .sentence())
                .hasSizeLessThan(400);
    }

    @Test
    void the_login_is_sent() {
        body = vector("[1700000000,\"1\"]");
        read("/prom/", Map.of("token", "s3cret\n"));
        read("/prom", Map.of("username", "u", "password", "p"));
        read("/prom", null);
        assertThat(logins).containsExactly("Bearer s3cret", "Basic dTpw", "null");
        assertThat(PrometheusAccess.of("http://a", Map.of("token", "s3cret"), null)
                        .toString())
                .doesNotContain("s3cret");
    }

    @Test
    void a_server_that_is_slow_or_gone_is_said() throws IOException {
        assertThat(read("/slow", null).sentence()).isEqualTo("was not answered within 1s");
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        assertThat(ask("http://127.0.0.1:" + free, null).sentence())
                .isEqualTo("was not asked: nobody listens at 127.0.0.1:" + free);
        assertThat(ask("http://prometheus.invalid", null).sentence())
                .startsWith("was not asked: there is no host prometheus.invalid");
    }

    @Test
    void what_cannot_be_used_is_refused_before_anything_is_asked() {
        assertThatThrownBy(() -> PrometheusAccess.of("prometheus:9090", null, null))
                .hasMessageContaining("\"prometheus:9090\" is not the address of a Prometheus: write one such as");
        assertThatThrownBy(() -> PrometheusAccess.of("http://user:pass@host", null, null))
                .hasMessageContaining("is not");
        assertThatThrownBy(() -> PrometheusAccess.of("http://a", Map.of("username", "u"), null))
                .hasMessageContaining("either an entry token, or the entries username and password");
        assertThatThrownBy(() -> PrometheusAccess.of("http://a", Map.of("token", "a\nb"), null))
                .hasMessageContaining("characters that no header may have");
        assertThatThrownBy(() -> PrometheusAccess.of("http://a", null, Map.of("tls.crt", "x")))
                .hasMessageContaining("has no entry ca.crt");
        PrometheusAccess access = PrometheusAccess.of("https://a", null, Map.of("ca.crt", "nonsense"));
        assertThatThrownBy(() -> new PrometheusReader(access, PrometheusReader.USUAL_TIMEOUT, () -> NOW))
                .hasMessageStartingWith("ca.crt in the Secret of caSecretRef");
    }

    private Sample answered(int code, String text) {
        status = code;
        body = text;
        return read("/prom", null);
    }

    private Sample read(String path, @Nullable Map<String, String> login) {
        return ask("http://127.0.0.1:" + server.getAddress().getPort() + path, login);
    }

    private static Sample ask(String address, @Nullable Map<String, String> login) {
        try (PrometheusReader reader =
                new PrometheusReader(PrometheusAccess.of(address, login, null), Duration.ofSeconds(1), () -> NOW)) {
            return reader.read("sum(load)");
        }
    }

    private static String vector(String value) {
        String result = value.isEmpty() ? "[]" : "[{\"metric\":{},\"value\":" + value + "}]";
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":" + result + "}}";
    }
}
