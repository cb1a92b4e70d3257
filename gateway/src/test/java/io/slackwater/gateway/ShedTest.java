package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some of the clients are sent to other gateways, and the gateway stays open. */
class ShedTest {
    private final TestGateway gateway = new TestGateway("--move-time=1000");

    @AfterEach
    void stop() {
        gateway.close();
    }

    private List<StompClient> connect(int count) {
        List<StompClient> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            clients.add(gateway.connect());
        }
        return clients;
    }

    private HttpResponse<String> shed(String id, int clients, long olderThanMillis, int rate) {
        return gateway.post("/shed?id=" + id + "&clients=" + clients + "&olderThanMillis=" + olderThanMillis
                + "&disconnectsPerSecond=" + rate);
    }

    private int said(String field) {
        Matcher found = Pattern.compile("\"" + field + "\":(\\d+)")
                .matcher(gateway.get("/shed").body());
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    private static long closed(List<StompClient> clients) {
        return clients.stream().filter(client -> client.closed.isDone()).count();
    }

    @Test
    void asManyAsAskedForGoAndTheGatewayStaysOpen() {
        List<StompClient> clients = connect(10);
        assertThat(shed("a", 4, 0, 1000).statusCode()).isEqualTo(202);
        await().until(() -> closed(clients) == 4);
        for (StompClient client : clients) {
            if (client.closed.isDone()) {
                StompClient.Closed closed = client.expectClosed();
                assertThat(closed.code()).isEqualTo(1012);
                assertThat(closed.reason()).contains("connect again");
            }
        }
        assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(gateway.get("/drain").body()).contains("\"state\":\"serving\"");
        gateway.connect();
        await().until(() -> said("staying") == 0);
        assertThat(gateway.get("/shed").body().strip())
                .isEqualTo("{\"id\":\"a\",\"told\":4,\"remaining\":0,\"staying\":0,\"eligible\":6}");
        assertThat(gateway.metric("slackwater_gateway_shed_total")).isEqualTo(4);
    }

    @Test
    void theSameRequestAgainChangesNothing() {
        List<StompClient> clients = connect(10);
        shed("a", 2, 0, 1000);
        await().until(() -> closed(clients) == 2);
        shed("b", 3, 0, 1000);
        await().until(() -> closed(clients) == 5);
        shed("a", 2, 0, 1000);
        assertThat(shed("b", 3, 0, 1000).body()).contains("\"id\":\"b\",\"told\":3,\"remaining\":0");
        shed("c", 1, 0, 1000);
        await().until(() -> said("told") == 1);
        assertThat(closed(clients)).isLessThanOrEqualTo(6);
        assertThat(gateway.metric("slackwater_gateway_shed_total")).isEqualTo(6);
    }

    @Test
    void onlyThoseWhoConnectedBeforeTheMomentGo() throws InterruptedException {
        List<StompClient> old = connect(3);
        TimeUnit.MILLISECONDS.sleep(500);
        long begun = System.nanoTime();
        List<StompClient> young = connect(3);
        long age = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun) + 200;
        assertThat(shed("a", 100, age, 1000).body()).contains("\"eligible\":3");
        await().until(() -> closed(old) == 3);
        await().until(() -> said("remaining") == 0);
        assertThat(closed(young)).as("clients that came later").isZero();
        assertThat(gateway.get("/shed").body()).contains("\"told\":3", "\"eligible\":0");
    }

    @Test
    void theRateIsKeptAndAnotherRequestEndsIt() {
        List<StompClient> clients = connect(12);
        long begun = System.nanoTime();
        shed("a", 12, 0, 10);
        await().until(() -> said("told") >= 6);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun))
                .as("6 clients at 10/s")
                .isGreaterThanOrEqualTo(400);
        shed("stop", 0, 0, 10);
        long stopped = Math.round(gateway.metric("slackwater_gateway_shed_total"));
        await().during(Duration.ofMillis(500)).until(() -> closed(clients) <= stopped);
        assertThat(said("remaining")).isZero();
    }

    @Test
    void whoAskedForNoticesIsToldAndMayTakeItsTime() {
        StompClient asked = gateway.connect();
        asked.subscribe("n", Notices.DESTINATION);
        gateway.post("/shed?id=a&clients=1&olderThanMillis=0&disconnectsPerSecond=1000&reconnectSpreadMillis=1000");
        assertThat(new String(asked.expect("MESSAGE").body(), UTF_8))
                .isEqualTo("{\"move\":{\"afterMillis\":0,\"withinMillis\":1000}}");
        assertThat(gateway.get("/shed").body()).contains("\"told\":1,\"remaining\":0,\"staying\":1,\"eligible\":0");
        assertThat(asked.closed).isNotDone();
        shed("b", 1, 0, 1000);
        assertThat(asked.expectClosed().code()).isEqualTo(1012);
        assertThat(asked.received).as("told once").isEmpty();
        await().until(() -> said("staying") == 0);
    }

    @Test
    void whoWasToldIsNotToldAgainByADrainAndADrainEndsTheShedding() {
        StompClient asked = gateway.connect();
        asked.subscribe("n", Notices.DESTINATION);
        shed("a", 1, 0, 1000);
        asked.expect("MESSAGE");
        List<StompClient> others = connect(20);
        shed("b", 20, 0, 1);
        gateway.post("/drain?disconnectsPerSecond=1000");
        await().until(() -> closed(others) == 20);
        assertThat(asked.expectClosed().code()).isEqualTo(1012);
        assertThat(asked.received).isEmpty();
        assertThat(shed("c", 1, 0, 1).statusCode()).isEqualTo(409);
        assertThat(shed("c", 1, 0, 1).body()).contains("is being drained");
        await().until(() -> gateway.get("/drain").body().contains("drained"));
    }

    @ParameterizedTest
    @CsvSource({
        "'', write one id",
        "id=a&id=b&clients=1&olderThanMillis=0&disconnectsPerSecond=1, write one id",
        "id=a b&clients=1&olderThanMillis=0&disconnectsPerSecond=1, 1 to 64 letters",
        "id=a&olderThanMillis=0&disconnectsPerSecond=1, write one clients",
        "id=a&clients=-1&olderThanMillis=0&disconnectsPerSecond=1, write one clients",
        "id=a&clients=10000001&olderThanMillis=0&disconnectsPerSecond=1, write 0 to 10000000",
        "id=a&clients=99999999999&olderThanMillis=0&disconnectsPerSecond=1, write 0 to 10000000",
        "id=a&clients=1&disconnectsPerSecond=1, write one olderThanMillis",
        "id=a&clients=1&olderThanMillis=315360000001&disconnectsPerSecond=1, write 0 to 315360000000 ms",
        "id=a&clients=1&olderThanMillis=0, write one disconnectsPerSecond",
        "id=a&clients=1&olderThanMillis=0&disconnectsPerSecond=0, write 1 to 1000000",
        "id=a&clients=1&olderThanMillis=0&disconnectsPerSecond=1&reconnectSpreadMillis=3600001, write 0 to 3600000 ms"
    })
    void badInputIsRefusedAndChangesNothing(String query, String sentence) {
        StompClient client = gateway.connect();
        HttpResponse<String> answer = gateway.post("/shed?" + query.replace(" ", "%20"));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains(sentence);
        assertThat(gateway.get("/shed").body()).contains("\"id\":\"none\",\"told\":0");
        assertThat(client.closed).isNotDone();
    }
}
