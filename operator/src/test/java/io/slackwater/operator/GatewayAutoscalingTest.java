package io.slackwater.operator;

import static java.net.HttpURLConnection.HTTP_OK;
import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.slackwater.crds.AutoscalingStatus;
import io.slackwater.crds.PubSubGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tier of real gateways that scales itself by a metric of Prometheus and by the connections that the operator counts. */
class GatewayAutoscalingTest extends GatewayStage {
    private static final int PEOPLE = 40;

    /** Longer than it is watched before a scale-in, and than a status is held back. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(4);

    @SuppressWarnings("NullAway.Init")
    private StandInPrometheus prometheus;

    @Override
    ApiServer apiServer() {
        return ApiServer.embedded();
    }

    @BeforeEach
    void answer() throws IOException {
        prometheus = new StandInPrometheus(null, 150);
    }

    @AfterEach
    void silence() {
        prometheus.close();
    }

    @Test
    void holds_without_its_metric_goes_in_by_drains_and_grows() {
        prometheus.code = HTTP_UNAVAILABLE;
        RunningOperator one = operator("one");
        createPlain(1);
        awaitServing(1);
        createScaled();
        awaitWeb(3);
        try (WebSocketUsers people = new WebSocketUsers(client, WEB, PEOPLE)) {
            await().atMost(PATIENCE).until(() -> people.connected() == PEOPLE);
            awaitSaid("hold at 3: load was answered with 503, so nothing is scaled in", "False");
            assertThat(shown(one, "metrics_lost")).isEqualTo("1.0");
            await().atMost(PATIENCE).during(LONG_ENOUGH).until(() -> webPods().size() == 3);

            prometheus.code = HTTP_OK;
            awaitWeb(2);
            await().atMost(PATIENCE).until(() -> people.connected() == PEOPLE);
            assertThat(people.cut()).as("those on the one that went were told").isZero();
            assertThat(people.told()).isBetween(1, PEOPLE / 2);
            assertThat(people.mostOftenTold()).isEqualTo(1);
            await("said, and the gateway that went is not counted any more")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> {
                        assertThat(events())
                                .contains(
                                        "MetricsLost",
                                        "MetricsRestored",
                                        "Autoscaling",
                                        "GatewayDrains",
                                        "GatewayRemoved");
                        assertThat(decided().desired()).isEqualTo(2);
                        assertThat(decided().inputs())
                                .extracting(AutoscalingStatus.Input::says)
                                .contains("is 150", "is " + PEOPLE);
                        assertThat(shown(one, "metrics_lost")).isEqualTo("0.0");
                    });
            assertThat(decided().inputs().getFirst().target()).isEqualTo("100 of the whole for each gateway");

            prometheus.load = 310;
            awaitWeb(4);
            await("four are decided on").atMost(PATIENCE).untilAsserted(() -> {
                assertThat(decided().desired()).isEqualTo(4);
                assertThat(shown(one, "desired")).isEqualTo("4.0");
            });

            prometheus.code = HTTP_UNAVAILABLE;
            awaitSaid("hold at 4: load was answered with 503, so nothing is scaled in", "False");
            one.close();
            RunningOperator two = operator("two");
            await().atMost(PATIENCE).until(() -> two.scrape().contains("slackwater_gateways_autoscaling_desired{"));
            await().atMost(PATIENCE).during(LONG_ENOUGH).until(() -> webPods().size() == 4);
            assertThat(people.cut()).isZero();
            assertThat(client.resources(PubSubGateway.class)
                            .inNamespace("default")
                            .withName(WEB)
                            .get()
                            .getSpec()
                            .replicas())
                    .as("the specification is the user's")
                    .isEqualTo(3);
        }
    }

    private AutoscalingStatus decided() {
        return Objects.requireNonNull(web().autoscaling());
    }

    private void awaitSaid(String sentence, String holds) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(web().conditions())
                        .filteredOn(condition -> condition.getType().equals("Autoscaling"))
                        .extracting(Condition::getMessage, Condition::getStatus)
                        .containsExactly(tuple(sentence, holds)));
    }

    private static String shown(RunningOperator operator, String metric) {
        String series =
                "slackwater_gateways_autoscaling_" + metric + "{gateway=\"" + WEB + "\",namespace=\"default\"} ";
        return operator.scrape()
                .lines()
                .filter(line -> line.startsWith(series))
                .map(line -> line.substring(series.length()))
                .findFirst()
                .orElse("absent");
    }

    private void createScaled() {
        client.resource(Serialization.unmarshal("""
                        apiVersion: slackwater.io/v1alpha1
                        kind: PubSubGateway
                        metadata: {name: %s, namespace: default}
                        spec:
                          clusterRef: {name: %s}
                          replicas: 3
                          image: slackwater/gateway:test
                          drain: {disconnectsPerSecond: 20, timeout: 60s, reconnectSpread: 1s}
                          autoscaling:
                            minReplicas: 1
                            maxReplicas: 4
                            prometheus: {address: "http://127.0.0.1:%d"}
                            metrics:
                              - {name: load, query: sum(load), target: "100"}
                              - {name: connections, source: Connections, target: "30"}
                            behavior: {scaleDown: {stabilizationWindowSeconds: 2}}
                        """.formatted(WEB, NAME, prometheus.port()), PubSubGateway.class))
                .create();
    }
}
