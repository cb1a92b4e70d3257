package io.slackwater.operator.reconcile.gateways;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.slackwater.operator.gateways.GatewayPod;
import io.slackwater.operator.gateways.GatewayReport;
import io.slackwater.operator.gateways.GatewayReport.Phase;
import io.slackwater.operator.gateways.ObservedGateway;
import io.slackwater.operator.gateways.ShedAnswer;
import io.slackwater.operator.gateways.ShedOrder;
import io.slackwater.operator.gateways.Shedding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as an answer of a gateway. */
class GatewayCallsTest {
    private static final String HOST = "127.77.9.1";
    private static final String REQUEST =
            "/shed?id=7.9&clients=5&olderThanMillis=9000&disconnectsPerSecond=2&reconnectSpreadMillis="
                    + Shedding.RECONNECT_SPREAD.toMillis();

    @Test
    void answers_that_keep_the_contract() {
        assertThat(GatewayCalls.parse("{\"state\":\"serving\",\"disconnectsPerSecond\":0,\"remaining\":7,\"told\":0}"))
                .isEqualTo(new GatewayReport(Phase.SERVING, 7, 0, OptionalLong.empty()));
        assertThat(GatewayCalls.parse(
                        "{\"state\":\"draining\",\"disconnectsPerSecond\":50,\"remaining\":3,\"acceptMillis\":12}"))
                .isEqualTo(new GatewayReport(Phase.DRAINING, 3, 50, OptionalLong.of(12)));
        assertThat(GatewayCalls.parse("{\"state\":\"drained\",\"remaining\":0}"))
                .isEqualTo(new GatewayReport(Phase.DRAINED, 0, 0, OptionalLong.empty()));
    }

    @Test
    void answers_to_shed() {
        assertThat(GatewayCalls.parseShed("{\"id\":\"7.9\",\"told\":3,\"remaining\":2,\"staying\":1,\"eligible\":40}"))
                .isEqualTo(new ShedAnswer.Said("7.9", 3, 2, 1));
        for (String answer : new String[] {"", "alive", "[]", "{}", "{\"id\":\"7\",\"told\":-3,\"remaining\":2}"}) {
            assertThat(GatewayCalls.parseShed(answer)).as(answer).isNull();
        }
    }

    /** An image that does not know the request has to be told from a gateway that is silent: the first is not asked again and again. */
    @ParameterizedTest
    @CsvSource({"404, true", "405, true", "500, false", "503, false"})
    void a_gateway_that_does_not_know_the_request(int status, boolean unknown) throws IOException {
        try (GatewayCalls calls = new GatewayCalls()) {
            assertThat(answers(calls, status, "no"))
                    .isEqualTo(unknown ? Map.of("gateway", new ShedAnswer.Unknown()) : Map.of());
        }
    }

    @Test
    void an_order_goes_out_and_its_answer_comes_back() throws IOException {
        try (GatewayCalls calls = new GatewayCalls()) {
            assertThat(answers(calls, 200, "{\"id\":\"7.9\",\"told\":3,\"remaining\":2,\"staying\":1}"))
                    .isEqualTo(Map.of("gateway", new ShedAnswer.Said("7.9", 3, 2, 1)));
        }
    }

    /** What an order comes to at a gateway that answers every request so. */
    private static Map<String, ShedAnswer> answers(GatewayCalls calls, int status, String body) throws IOException {
        HttpServer gateway = HttpServer.create(new InetSocketAddress(HOST, GatewayPod.MANAGEMENT_PORT), 0);
        gateway.createContext("/", exchange -> {
            boolean asked = exchange.getRequestMethod().equals("POST")
                    && exchange.getRequestURI().toString().equals(REQUEST);
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(asked ? status : 500, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        gateway.start();
        try {
            ObservedGateway at = ObservedGateway.of(
                    new PodBuilder()
                            .withNewMetadata()
                            .withName("gateway")
                            .withUid("1")
                            .withCreationTimestamp("2026-01-01T12:00:00Z")
                            .endMetadata()
                            .withNewStatus()
                            .withPodIP(HOST)
                            .endStatus()
                            .build(),
                    null,
                    Set.of());
            return calls.shed(List.of(new ShedOrder(at, "7.9", 5, Duration.ofSeconds(9), 2)));
        } finally {
            gateway.stop(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "alive",
                "[]",
                "{}",
                "{\"state\":\"gone\",\"remaining\":0}",
                "{\"state\":\"serving\"}",
                "{\"state\":\"serving\",\"remaining\":-1}",
                "{\"state\":\"serving\",\"remaining\":10000001}",
                "{\"state\":\"drained\",\"remaining\":1}"
            })
    void whatever_else_counts_as_silence(String answer) {
        assertThat(GatewayCalls.parse(answer)).isNull();
    }
}
