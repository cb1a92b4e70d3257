package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, metrics and drain. */
class ManagementTest {
    private final TestGateway gateway = new TestGateway();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void readyFollowsTheTierAndHealthDoesNot() {
        assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
        gateway.tier.connected = false;
        assertThat(gateway.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(gateway.get("/readyz").body()).contains("not connected");
        assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
        gateway.tier.connected = true;
        assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void metricsAreThereFromTheStart() {
        String body = gateway.get("/metrics").body();
        for (String name : List.of(
                "connections",
                "subscriptions",
                "channels",
                "draining",
                "messages_in_total",
                "messages_out_total",
                "in_bytes_total",
                "out_bytes_total",
                "slow_consumers_total",
                "backlog_overflows_total",
                "sends_failed_total",
                "refused_total{reason=\"draining\"}",
                "stomp_errors_total{kind=\"malformed\"}",
                "fanout_seconds_count",
                "accept_seconds_count",
                "refused_total{reason=\"queue\"}")) {
            assertThat(body).contains("slackwater_gateway_" + name + " ");
        }
    }

    @Test
    void deliveriesAreCounted() {
        StompClient client = gateway.connect();
        client.subscribe("1", "c");
        gateway.tier.deliver("c", new byte[10]);
        client.expect("MESSAGE");
        await().until(() -> gateway.metric("slackwater_gateway_messages_out_total") == 1);
        assertThat(gateway.metric("slackwater_gateway_out_bytes_total")).isBetween(60.0, 120.0);
        assertThat(gateway.metric("slackwater_gateway_fanout_seconds_count")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/drain",
                "/drain?disconnectsPerSecond=0",
                "/drain?disconnectsPerSecond=x",
                "/drain?disconnectsPerSecond=1&disconnectsPerSecond=2",
                "/drain?disconnectsPerSecond=1000001"
            })
    void badDrainIsRefusedAndChangesNothing(String path) {
        assertThat(gateway.post(path).statusCode()).isEqualTo(400);
        assertThat(gateway.post(path).body()).contains("disconnectsPerSecond");
        assertThat(gateway.get("/drain").body().strip())
                .isEqualTo("{\"state\":\"serving\",\"disconnectsPerSecond\":0,\"remaining\":0,\"told\":0}");
    }

    @Test
    void otherPathsAndMethodsAreRefused() {
        assertThat(gateway.get("/").statusCode()).isEqualTo(404);
        assertThat(gateway.post("/healthz").statusCode()).isEqualTo(405);
    }

    @Test
    void drainClosesAtTheRateUntilNobodyIsLeft() {
        List<StompClient> clients = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            clients.add(gateway.connect());
        }
        assertThat(gateway.get("/drain").body()).contains("\"state\":\"serving\"", "\"remaining\":30");
        long begun = System.nanoTime();
        assertThat(gateway.post("/drain?disconnectsPerSecond=1").statusCode()).isEqualTo(202);
        assertThat(gateway.get("/readyz").statusCode()).isEqualTo(503);
        Assertions.assertThatThrownBy(() -> gateway.open("v12.stomp"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        WebSocketHandshakeException.class,
                        e -> assertThat(e.getResponse().statusCode()).isEqualTo(503));
        assertThat(clients.stream().filter(c -> c.closed.isDone()).count())
                .as("closed so far at 1/s")
                .isLessThan(15);
        // The second call changes the rate, and nothing else.
        assertThat(gateway.post("/drain?disconnectsPerSecond=20").body()).contains("\"disconnectsPerSecond\":20");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.get("/drain").body().contains("\"state\":\"drained\""));
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .as("30 clients at 20/s")
                .isGreaterThan(1_000);
        for (StompClient client : clients) {
            StompClient.Closed closed = client.expectClosed();
            assertThat(closed.code()).isEqualTo(1012);
            assertThat(closed.reason()).contains("connect again");
        }
        assertThat(gateway.get("/drain").body()).contains("\"remaining\":0");
        assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
        assertThat(gateway.post("/drain?disconnectsPerSecond=5").body()).contains("\"state\":\"drained\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"patienceMillis=x", "patienceMillis=86400001", "reconnectSpreadMillis=3600001"})
    void patienceAndSpreadHaveBounds(String parameter) {
        HttpResponse<String> answer = gateway.post("/drain?disconnectsPerSecond=5&" + parameter);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(gateway.get("/drain").body()).contains("serving");
    }

    @Test
    void patienceWaitsForThoseWhoEndByThemselves() {
        StompClient stays = gateway.connect();
        StompClient ends = gateway.connect();
        assertThat(gateway.post("/drain?disconnectsPerSecond=100&patienceMillis=600000")
                        .body())
                .contains("\"state\":\"patient\"", "\"remaining\":2");
        assertThat(gateway.get("/readyz").statusCode()).isEqualTo(503);
        ends.abort();
        await().until(() -> gateway.get("/drain").body().contains("\"remaining\":1"));
        assertThat(stays.closed).isNotDone();
        // Cut short, and no way back once a client was told.
        gateway.post("/drain?disconnectsPerSecond=100&reconnectSpreadMillis=10000");
        StompClient.Closed closed = stays.expectClosed();
        assertThat(closed.code()).isEqualTo(1012);
        assertThat(closed.reason()).contains("; reconnect-after-ms=");
        await().until(() -> gateway.get("/drain").body().contains("drained"));
        assertThat(gateway.get("/drain").body()).contains("\"told\":1");
    }

    @Test
    void leavingDrainsFirst() throws InterruptedException {
        try (TestGateway other = new TestGateway("--drain-rate=20", "--drain-spread=1000")) {
            List<StompClient> clients = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                clients.add(other.connect());
            }
            long begun = System.nanoTime();
            Thread leaving = Thread.ofVirtual().start(other.server::leave);
            await().until(() -> other.get("/drain").body().contains("draining"));
            for (StompClient client : clients) {
                assertThat(client.expectClosed().code()).isEqualTo(1012);
            }
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                    .as("10 clients at 20/s")
                    .isGreaterThan(300);
            assertThat(leaving.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    @Test
    void leavingEndsAtItsTimeout() throws InterruptedException {
        try (TestGateway other = new TestGateway("--drain-rate=1", "--drain-timeout=300")) {
            List<StompClient> clients = List.of(other.connect(), other.connect(), other.connect(), other.connect());
            Thread leaving = Thread.ofVirtual().start(other.server::leave);
            for (StompClient client : clients) {
                assertThat(client.expectClosed().code()).isEqualTo(1012);
            }
            assertThat(leaving.join(Duration.ofSeconds(10))).isTrue();
        }
    }

    /** What was sent before the drain gets its receipt before the close. */
    @Test
    void drainWaitsForAnswersOfTheTier() {
        gateway.tier.holdPublishes = true;
        StompClient client = gateway.connect();
        client.send("SEND", Map.of("destination", "c", "receipt", "r"), "x");
        await().until(() -> !gateway.tier.heldPublishes.isEmpty());
        gateway.post("/drain?disconnectsPerSecond=1000");
        gateway.get("/drain");
        assertThat(client.closed).isNotDone();
        gateway.tier.heldPublishes.remove().complete(3L);
        assertThat(client.expect("RECEIPT").header("receivers")).isEqualTo("3");
        assertThat(client.expectClosed().code()).isEqualTo(1012);
    }

    @Test
    void closingTheGatewayTellsItsClientsAndLeavesTheTier() {
        StompClient client = gateway.connect();
        client.subscribe("1", "c");
        gateway.server.close();
        assertThat(client.expectClosed().code()).isEqualTo(1012);
        assertThat(gateway.tier.closed).isTrue();
        assertThat(gateway.tier.subscribed).isEmpty();
    }
}
