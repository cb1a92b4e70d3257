package io.slackwater.operator.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.slackwater.operator.scaling.Sample;
import io.slackwater.operator.security.Certificates;
import io.slackwater.operator.security.KeyAndCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reader against a real Prometheus, without and with TLS and a login. */
class RealPrometheusTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @BeforeEach
    void needsPrometheus() {
        assumeTrue(
                PrometheusProcess.binary().isPresent(),
                "no prometheus found: apt-get install prometheus, or set PROMETHEUS to one");
    }

    @Test
    void a_figure_is_read_and_everything_else_is_said() throws IOException {
        try (PrometheusProcess prometheus = new PrometheusProcess(folder, null);
                PrometheusReader reader =
                        reader("http://127.0.0.1:" + prometheus.port, null, null, Clock.systemUTC())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(reader.read("sum(up)")).isEqualTo(new Sample.Value(1)));
            assertThat(reader.read("vector(6) * 7")).isEqualTo(new Sample.Value(42));
            assertThat(reader.read("42")).as("a scalar").isEqualTo(new Sample.Value(42));
            assertThat(reader.read("up{job=\"none\"}")).isEqualTo(new Sample.Missing());
            assertThat(reader.read("0 * vector(1) / 0")).isEqualTo(new Sample.NotANumber());
            assertThat(reader.read("vector(1) / 0")).isEqualTo(new Sample.NotANumber());
            assertThat(reader.read("sum(").sentence())
                    .matches("was refused by Prometheus: .*parse error: unclosed left paren.*");
            assertThat(reader.read("rate(up)").sentence()).contains("expected type range vector");
            assertThat(reader.read("up[1m]").sentence()).startsWith("gave a range where one figure is needed");
            assertThat(reader.read("{job=\"self\"}").sentence()).matches("gave \\d+ results where one is needed: .*");
            assertThat(reader.read("\"text\"").sentence()).isEqualTo("gave a result that is no figure: string");

            InstantSource later = () -> Instant.now(Clock.systemUTC()).plus(Duration.ofMinutes(10));
            try (PrometheusReader late = reader("http://127.0.0.1:" + prometheus.port, null, null, later)) {
                assertThat(late.read("sum(up)")).isInstanceOf(Sample.Stale.class);
            }
        }
    }

    @Test
    void a_range_is_read_and_a_wrong_one_is_said() throws IOException {
        try (PrometheusProcess prometheus = new PrometheusProcess(folder, null);
                PrometheusReader reader =
                        reader("http://127.0.0.1:" + prometheus.port, null, null, Clock.systemUTC())) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(reader.read("42")).isEqualTo(new Sample.Value(42)));
            Instant now = Instant.now(Clock.systemUTC());
            Instant week = now.minus(Duration.ofDays(7));
            assertThat(reader.range("vector(6) * 7", week, now, Duration.ofMinutes(5)))
                    .isInstanceOfSatisfying(PrometheusReader.Range.Series.class, series -> {
                        assertThat(series.recording().load())
                                .hasSize(7 * 288 + 1)
                                .containsOnly(42);
                        assertThat(series.recording().step()).isEqualTo(Duration.ofMinutes(5));
                    });
            assertThat(reader.range("sum(", week, now, Duration.ofMinutes(5)))
                    .isInstanceOfSatisfying(
                            PrometheusReader.Range.Problem.class,
                            problem -> assertThat(problem.sentence()).contains("unclosed left paren"));
            assertThat(reader.range("up{job=\"none\"}", week, now, Duration.ofMinutes(5)))
                    .isEqualTo(new PrometheusReader.Range.Problem(
                            "gave no traffic: the query found nothing in this range"));
            assertThat(reader.range("vector(1)", week, now, Duration.ofSeconds(10)))
                    .as("too many samples")
                    .isInstanceOfSatisfying(
                            PrometheusReader.Range.Problem.class,
                            problem -> assertThat(problem.sentence()).contains("11,000"));
        }
    }

    @Test
    void with_tls_and_a_login_nobody_else_is_answered() throws IOException {
        Certificates certificates = new Certificates(new SecureRandom());
        Instant now = Instant.now(Clock.systemUTC());
        KeyAndCertificate authority = certificates.authority("prometheus", now);
        KeyAndCertificate other = certificates.authority("another", now);
        KeyAndCertificate server = certificates.node(authority, List.of("localhost"), now);
        Files.writeString(folder.resolve("tls.crt"), server.certificatePem());
        Files.writeString(folder.resolve("tls.key"), server.keyPem());
        byte[] salt = new byte[16];
        new SecureRandom().nextBytes(salt);
        String hash = OpenBSDBCrypt.generate("2b", "right".getBytes(StandardCharsets.UTF_8), salt, 4);
        String web = """
                tls_server_config: {cert_file: tls.crt, key_file: tls.key}
                basic_auth_users: {slackwater: "%s"}
                """.formatted(hash);
        Map<String, String> login = Map.of("username", "slackwater", "password", "right\n");
        try (PrometheusProcess prometheus = new PrometheusProcess(folder, web)) {
            String address = "https://localhost:" + prometheus.port + "/";
            assertThat(once(address, login, authority.certificatePem())).isEqualTo(new Sample.Value(42));
            assertThat(once(address, Map.of("username", "slackwater", "password", "wrong"), authority.certificatePem())
                            .sentence())
                    .isEqualTo(
                            "was refused with 401: the login in the Secret is missing, wrong or has no right to query");
            assertThat(once(address, Map.of("token", "abc"), authority.certificatePem())
                            .sentence())
                    .startsWith("was refused with 401");
            assertThat(once(address, null, authority.certificatePem()).sentence())
                    .startsWith("was refused with 401");
            assertThat(once(address, login, other.certificatePem()).sentence())
                    .startsWith("was not asked: no TLS with localhost: ");
            assertThat(once(address, login, null).sentence()).startsWith("was not asked: no TLS with localhost: ");
            assertThat(once("https://127.0.0.1:" + prometheus.port, login, authority.certificatePem())
                            .sentence())
                    .as("another name than the certificate's")
                    .startsWith("was not asked: no TLS with 127.0.0.1: ");
            assertThat(once("http://localhost:" + prometheus.port, login, null).sentence())
                    .startsWith("was refused with 400");
        }
    }

    private static Sample once(String address, @Nullable Map<String, String> login, @Nullable String authorities) {
        try (PrometheusReader reader = reader(address, login, authorities, Clock.systemUTC())) {
            return reader.read("vector(42)");
        }
    }

    private static PrometheusReader reader(
            String address, @Nullable Map<String, String> login, @Nullable String authorities, InstantSource clock) {
        Map<String, String> secret = authorities == null ? null : Map.of("ca.crt", authorities);
        return new PrometheusReader(PrometheusAccess.of(address, login, secret), LIMIT, clock);
    }
}
