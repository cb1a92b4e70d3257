package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.testkit.FaultProxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two replicas and one Lease on a real API server; the first is behind a proxy. */
class LeadershipIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final RealApiServer api = RealApiServer.start();
    private final FaultProxy proxy = FaultProxy.to("127.0.0.1", api.port());
    private final KubernetesClient person = api.newClient();
    private final RunningOperator one = RunningOperator.start(
            ApiClients.open(api.operatorConfig(proxy.port())), RunningOperator.quick("one", RunningOperator.LEASE));

    @AfterEach
    void stop() {
        proxy.heal();
        one.close();
        person.close();
        proxy.close();
        api.close();
    }

    @Test
    void leader_that_ends_hands_over_and_the_lease_says_so() {
        await().atMost(PATIENCE).until(() -> one.instance().leading());
        try (RunningOperator two =
                RunningOperator.start(api.newOperatorClient(), RunningOperator.quick("two", RunningOperator.LEASE))) {
            await().during(Duration.ofSeconds(2))
                    .atMost(PATIENCE)
                    .until(() -> !two.instance().leading() && holder().equals("one"));
            one.instance().close();
            await().atMost(Duration.ofSeconds(4)).until(() -> two.instance().leading());
            assertThat(holder()).isEqualTo("two");
        }
    }

    @Test
    void leader_that_is_cut_off_has_stopped_before_the_other_begins() {
        await().atMost(PATIENCE).until(() -> one.instance().leading());
        try (RunningOperator two =
                RunningOperator.start(api.newOperatorClient(), RunningOperator.quick("two", RunningOperator.LEASE))) {
            AtomicBoolean both = new AtomicBoolean();
            proxy.refuse().cut();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> {
                boolean second = two.instance().leading();
                both.compareAndSet(false, second && one.instance().leading());
                return second;
            });
            assertThat(both).as("both led at once").isFalse();
            proxy.heal();
            await().during(Duration.ofSeconds(3))
                    .atMost(PATIENCE)
                    .until(() -> two.instance().leading() && !one.instance().leading());
            assertThat(holder()).isEqualTo("two");
        }
        await().atMost(PATIENCE).until(() -> one.instance().leading());
    }

    private String holder() {
        return person.leases()
                .inNamespace("default")
                .withName(RunningOperator.LEASE)
                .get()
                .getSpec()
                .getHolderIdentity();
    }
}
