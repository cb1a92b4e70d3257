package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.testkit.EmbeddedKubernetes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An operator that cannot begin, since one of its definitions is missing or not served yet. */
class FailedStartTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> KINDS = List.of("pubsubclusters", "pubsubgateways");

    private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();

    @AfterEach
    void stop() {
        kubernetes.close();
    }

    @Test
    void what_it_watched_already_is_watched_no_more() {
        KINDS.forEach(plural -> kubernetes.define(ApiServer.definition(plural)));
        try (RunningOperator operator = RunningOperator.start(
                ApiClients.open(kubernetes.config()), RunningOperator.quick("one", RunningOperator.LEASE))) {
            // Each attempt takes the Lease, and gives it back.
            await().atMost(PATIENCE).until(() -> kubernetes.writes("leases") >= 6);
            kubernetes.define(ApiServer.definition("channelmigrations"));
            await().atMost(PATIENCE)
                    .until(() ->
                            operator.instance().informersHealthy() && kubernetes.watches("channelmigrations") == 1);
            await().during(Duration.ofSeconds(1)).atMost(PATIENCE).untilAsserted(() -> {
                assertThat(kubernetes.watches("pubsubgateways"))
                        .as("watches of gateways")
                        .isEqualTo(1);
                // The controller of clusters, and that of gateways, which follows what its members follow.
                assertThat(kubernetes.watches("pubsubclusters"))
                        .as("watches of clusters")
                        .isEqualTo(2);
            });
        }
    }

    @Test
    void an_error_gives_the_lease_back_as_an_exception_does() {
        AtomicInteger attempts = new AtomicInteger();
        try (KubernetesClient client = ApiClients.open(kubernetes.config());
                Leadership leadership =
                        new Leadership(client, RunningOperator.quick("one", RunningOperator.LEASE), () -> {
                            if (attempts.incrementAndGet() < 3) {
                                throw new NoClassDefFoundError("a class that the image lacks");
                            }
                            return () -> {};
                        })) {
            leadership.compete();
            await().atMost(PATIENCE).until(() -> attempts.get() == 3 && leadership.leading());
        }
    }
}
