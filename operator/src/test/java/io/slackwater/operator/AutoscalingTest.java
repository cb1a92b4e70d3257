package io.slackwater.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tier that scales itself by a metric, from the manifest to the processes; something that answers like Prometheus is in the test. */
class AutoscalingTest extends OperatorStage {
    private static final Duration SOON = Duration.ofSeconds(90);

    @SuppressWarnings("NullAway.Init")
    private StandInPrometheus prometheus;

    @Override
    ApiServer apiServer() {
        return ApiServer.embedded();
    }

    @BeforeEach
    void answer() throws IOException {
        prometheus = new StandInPrometheus("open-sesame", 250);
    }

    @AfterEach
    void silence() {
        prometheus.close();
    }

    @Test
    void grows_with_its_metric_and_holds_without() {
        RunningOperator one = operator("one");
        createScaled();
        await().atMost(SOON).untilAsserted(() -> assertThat(said()).contains("there is no Secret login"));
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("login")
                        .withNamespace("default")
                        .endMetadata()
                        .addToStringData("token", "open-sesame")
                        .build())
                .create();
        awaitServing(3);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(said()).isEqualTo("hold at 3: load needs 2.5, 3 with headroom");
            assertThat(status()).matches(has("Autoscaling", "True"));
        });

        prometheus.load = 410;
        awaitServing(5);
        assertThat(decided().desired()).isEqualTo(5);
        assertThat(events()).contains("Autoscaling", "MetricsLost", "MetricsRestored");
        assertThat(one.scrape())
                .contains("slackwater_autoscaling_desired_nodes{cluster=\"" + NAME + "\",namespace=\"default\"} 5.0")
                .contains("slackwater_autoscaling_metrics_lost{cluster=\"" + NAME + "\",namespace=\"default\"} 0.0");
        assertThat(decided().inputs().getFirst().target()).isEqualTo("100 of the whole for each node");
        assertThat(replicasOfSpecification())
                .as("the specification is the user's")
                .isEqualTo(3);

        prometheus.code = 503;
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(said()).isEqualTo("hold at 5: load was answered with 503, so nothing is scaled in");
            assertThat(status()).matches(has("Autoscaling", "False"));
        });
        prometheus.code = 200;
        prometheus.load = 60;
        await().atMost(SOON).untilAsserted(() -> assertThat(status()).matches(has("Autoscaling", "True")));
        assertThat(decided().desired()).isEqualTo(5);

        one.close();
        operator("two");
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(said()).contains("nothing is scaled in before it has been watched for 5m"));
        awaitServing(5);
        assertThat(replicasOfSpecification()).isEqualTo(3);
    }

    private AutoscalingStatus decided() {
        return Objects.requireNonNull(status().autoscaling());
    }

    private String said() {
        return status().conditions().stream()
                .filter(condition -> condition.getType().equals("Autoscaling"))
                .map(Condition::getMessage)
                .findFirst()
                .orElse("");
    }

    private int replicasOfSpecification() {
        return client.resources(PubSubCluster.class)
                .inNamespace("default")
                .withName(NAME)
                .get()
                .getSpec()
                .replicas();
    }

    private void createScaled() {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubCluster
                        metadata: {name: %s, namespace: default}
                        spec:
                          replicas: 3
                          nodes: {image: "redis:7", tls: {mode: Disabled}, auth: {mode: Disabled}}
                          migration: {limits: {slotsPerBatch: 1024, ackTimeoutMillis: 5000, slowAfterMillis: 1000,
                            prepareTimeoutMillis: 20000, maxHoldMillis: 20000}}
                          autoscaling:
                            minReplicas: 2
                            maxReplicas: 5
                            prometheus: {address: "http://127.0.0.1:%d", secretRef: {name: login}}
                            metrics: [{name: load, query: sum(load), target: "100"}]
                        """.formatted(NAME, prometheus.port()), PubSubCluster.class))
                .create();
    }
}
