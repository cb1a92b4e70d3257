package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.slackwater.operator.nodes.Naming;
import io.slackwater.ring.Ring;
import java.time.Duration;
import java.util.Iterator;
import org.junit.jupiter.api.Test;

/** The scenarios on the embedded API server; and those with evictions, which take a controller that a lone API server lacks. */
class OperatorOnEmbeddedKubernetesTest extends OperatorScenarios {
    @Override
    ApiServer apiServer() {
        return ApiServer.embedded();
    }

    @Test
    void two_nodes_drained_at_once() throws Exception {
        operator("one");
        createPlain(3);
        awaitServing(3);
        awaitMinAvailable(2);
        String version = budget().getMetadata().getResourceVersion();
        Iterator<String> names = podNames().iterator();
        String one = names.next();
        String two = names.next();
        try (TierTraffic traffic = traffic()) {
            assertThat(budget().getMetadata().getResourceVersion())
                    .as("nothing has changed, nothing is written")
                    .isEqualTo(version);
            assertThat(evict(one)).isTrue();
            assertThat(evict(two)).as("at the same time").isFalse();
            // kubectl drain asks again every few seconds; asking all the time is harder to withstand.
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> evict(two));
            assertThat(nodesOf(one)).as("the first one has left").isZero();
            assertThat(nodesOf(two)).as("the second one is still there").isEqualTo(1);
            assertThat(ring().table().owners()).hasSize(3);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(podNames()).hasSize(3).doesNotContain(one, two));
            awaitServing(3);
            traffic.assertNothingLost();
        }
        assertThat(ring().dead()).isEmpty();
        awaitMinAvailable(2);
    }

    @Test
    void the_only_node_is_drained() throws Exception {
        operator("one");
        createPlain(1);
        awaitServing(1);
        awaitMinAvailable(0);
        String only = podNames().iterator().next();
        try (TierTraffic traffic = traffic()) {
            assertThat(evict(only)).isTrue();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(podNames()).hasSize(1).doesNotContain(only));
            awaitServing(1);
            traffic.assertNothingLost();
        }
        assertThat(ring().dead()).isEmpty();
    }

    /** Asks once for an eviction; false when the budget does not allow it now. (The client would ask again by itself.) */
    private boolean evict(String pod) {
        Config once = new ConfigBuilder(client.getConfiguration())
                .withRequestRetryBackoffLimit(0)
                .build();
        try (KubernetesClient asking =
                new KubernetesClientBuilder().withConfig(once).build()) {
            return asking.pods().inNamespace("default").withName(pod).evict();
        }
    }

    private long nodesOf(String pod) {
        Ring ring = ring();
        return ring.nodes().stream().filter(node -> node.id().startsWith(pod)).count();
    }

    private void awaitMinAvailable(int min) {
        await().atMost(PATIENCE).until(() -> {
            PodDisruptionBudget budget = client.policy()
                    .v1()
                    .podDisruptionBudget()
                    .inNamespace("default")
                    .withName(Naming.nodesBudget(NAME))
                    .get();
            return budget != null && budget.getSpec().getMinAvailable().getIntVal() == min;
        });
    }

    private PodDisruptionBudget budget() {
        return client.policy()
                .v1()
                .podDisruptionBudget()
                .inNamespace("default")
                .withName(Naming.nodesBudget(NAME))
                .get();
    }
}
