package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Three unhealthy probes in a row end the process, two never do. */
class LivenessTest {
    private final AtomicBoolean healthy = new AtomicBoolean();

    @Test
    void fails_at_the_third_probe_in_a_row() throws Exception {
        try (HealthServer server = new HealthServer(0, new Liveness(healthy::get)::probe, () -> true, () -> "")) {
            assertThat(probe(server)).isEqualTo(200);
            assertThat(probe(server)).isEqualTo(200);
            assertThat(probe(server)).isEqualTo(503);
            assertThat(probe(server)).isEqualTo(503);
            healthy.set(true);
            assertThat(probe(server)).isEqualTo(200);
        }
    }

    @Test
    void what_passes_by_itself_costs_no_restart() throws Exception {
        try (HealthServer server = new HealthServer(0, new Liveness(healthy::get)::probe, () -> true, () -> "")) {
            for (int i = 0; i < 5; i++) {
                healthy.set(false);
                assertThat(probe(server)).isEqualTo(200);
                assertThat(probe(server)).isEqualTo(200);
                healthy.set(true);
                assertThat(probe(server)).isEqualTo(200);
            }
        }
    }

    private static int probe(HealthServer server) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/healthz"))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
