package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slackwater.client.Mark;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a gateway does for a client that goes over to another without losing a message: marks, and word in time. */
class MoveTest {
    private static final String KEY = "0123456789abcdef";
    private static final String OTHER = "fedcba9876543210";

    private final TestGateway gateway = new TestGateway("--move-time=1000");

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void connectedSaysWhatIsOffered() {
        StompClient client = gateway.open("v12.stomp");
        client.send("CONNECT\naccept-version:1.2\nhost:h\n\n\0");
        assertThat(client.expect("CONNECTED").header("slackwater-features")).isEqualTo("marks,notices");
    }

    @Test
    void markIsShownInItsPlaceToThoseWhoKnowItsKeyOnly() {
        StompClient client = gateway.connect();
        look(client, "knows", KEY);
        StompClient other = gateway.connect();
        look(other, "other", OTHER);
        other.subscribe("none", "/topic/c");

        gateway.tier.deliver("c", "1".getBytes(UTF_8));
        client.send("SEND", Map.of("destination", "/topic/c", "slackwater-mark", KEY + ".5", "receipt", "m"), "");
        Map<String, String> receipt = new HashMap<>();
        StompFrame mark = null;
        assertThat(client.expect("MESSAGE").body()).isEqualTo("1".getBytes(UTF_8));
        for (int i = 0; i < 2; i++) { // in either order
            StompFrame frame = client.next().frame();
            if (frame.command().equals("RECEIPT")) {
                receipt.putAll(frame.headers());
            } else {
                mark = frame;
            }
        }
        gateway.tier.deliver("c", "2".getBytes(UTF_8));
        assertThat(client.expect("MESSAGE").body()).isEqualTo("2".getBytes(UTF_8));

        assertThat(receipt).containsEntry("receipt-id", "m").containsEntry("receivers", "1");
        assertThat(mark).isNotNull();
        assertThat(mark.command()).isEqualTo("MESSAGE");
        assertThat(mark.headers())
                .containsEntry("subscription", "knows")
                .containsEntry("destination", "/topic/c")
                .containsEntry("slackwater-mark", KEY + ".5")
                .containsEntry("message-id", "2")
                .containsEntry("content-length", "0");
        assertThat(mark.body()).isEmpty();
        for (String message : List.of("1", "1", "2", "2")) {
            assertThat(other.expect("MESSAGE").body()).isEqualTo(message.getBytes(UTF_8));
        }
        assertThat(other.received).isEmpty();
        assertThat(gateway.metric("slackwater_gateway_messages_in_total")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "SUBSCRIBE, slackwater-marks, short, 16 to 64",
        "SUBSCRIBE, slackwater-marks, 0123456789abcde!, 16 to 64",
        "SEND, slackwater-mark, 0123456789abcdef, KEY.NUMBER",
        "SEND, slackwater-mark, 0123456789abcdef.0, KEY.NUMBER",
        "SEND, slackwater-mark, 0123456789abcdef.1234567890, KEY.NUMBER"
    })
    void wrongKeysAndNamesAreRefused(String command, String header, String value, String sentence) {
        StompClient client = gateway.connect();
        client.send(command, Map.of("id", "1", "destination", "c", header, value), "");
        assertThat(client.expectError(1002)).contains(header).contains(sentence);
    }

    @Test
    void markHasNoBody() {
        StompClient client = gateway.connect();
        client.send("SEND", Map.of("destination", "c", "slackwater-mark", KEY + ".1"), "x");
        assertThat(client.expectError(1002)).contains("must not have a body");
    }

    @Test
    void whoAskedForNoticesIsToldAndClosedOnlyWhenItsTimeIsOver() {
        StompClient asked = gateway.connect();
        asked.subscribe("n", Notices.DESTINATION);
        StompClient plain = gateway.connect();
        gateway.post("/drain?disconnectsPerSecond=1000");

        assertThat(plain.expectClosed().code()).isEqualTo(1012);
        StompFrame notice = asked.expect("MESSAGE");
        assertThat(notice.headers())
                .containsEntry("subscription", "n")
                .containsEntry("destination", Notices.DESTINATION);
        assertThat(new String(notice.body(), UTF_8)).isEqualTo("{\"move\":{\"afterMillis\":0,\"withinMillis\":1000}}");
        assertThat(asked.closed).isNotDone();
        // It is served as before meanwhile.
        asked.subscribe("1", "c");
        gateway.tier.deliver("c", "still here".getBytes(UTF_8));
        assertThat(asked.expect("MESSAGE").body()).isEqualTo("still here".getBytes(UTF_8));
        assertThat(gateway.get("/drain").body()).contains("\"remaining\":1,\"told\":2");

        StompClient.Closed closed = asked.expectClosed();
        assertThat(closed.code()).isEqualTo(1012);
        assertThat(closed.reason()).doesNotContain("reconnect-after-ms");
        await().until(() -> gateway.get("/drain").body().contains("drained"));
        assertThat(asked.received).as("told once").isEmpty();
    }

    @Test
    void whoGoesInTimeEndsTheDrain() {
        StompClient asked = gateway.connect();
        asked.subscribe("n", Notices.DESTINATION);
        gateway.post("/drain?disconnectsPerSecond=1000&reconnectSpreadMillis=3600000");
        assertThat(new String(asked.expect("MESSAGE").body(), UTF_8)).startsWith("{\"move\":{\"afterMillis\":0,");
        asked.send("DISCONNECT", Map.of("receipt", "bye"), "");
        asked.expect("RECEIPT");
        assertThat(asked.expectClosed().code()).isEqualTo(1000);
        await().until(() -> gateway.get("/drain").body().contains("drained"));
    }

    @Test
    void noticesCanBeGivenUpAndAreOneOfAConnection() {
        StompClient client = gateway.connect();
        client.subscribe("n", Notices.DESTINATION);
        assertThat(gateway.tier.calls).as("the tier knows nothing of them").isEmpty();
        client.send("UNSUBSCRIBE", Map.of("id", "n", "receipt", "u"), "");
        client.expect("RECEIPT");
        client.subscribe("n", Notices.DESTINATION);
        client.send("SUBSCRIBE", Map.of("id", "n2", "destination", Notices.DESTINATION), "");
        assertThat(client.expectError(1002)).contains("one is enough");
    }

    @Test
    void withoutAMoveTimeEverybodyIsClosedAtOnce() {
        try (TestGateway other = new TestGateway("--move-time=0")) {
            StompClient asked = other.connect();
            asked.subscribe("n", Notices.DESTINATION);
            other.post("/drain?disconnectsPerSecond=1000&reconnectSpreadMillis=1000");
            StompClient.Closed closed = asked.expectClosed();
            assertThat(closed.code()).isEqualTo(1012);
            assertThat(asked.received).isEmpty();
        }
    }

    /** The form on the wire is the tier's: not even an application's message can be taken for one. */
    @Test
    void markOfTheTierIsReadFromItsPayload() {
        StompClient client = gateway.connect();
        look(client, "1", KEY);
        gateway.tier.deliver("c", new Mark(KEY, 1));
        assertThat(client.expect("MESSAGE").header("slackwater-mark")).isEqualTo(KEY + ".1");
    }

    private static void look(StompClient client, String id, String key) {
        client.send(
                "SUBSCRIBE", Map.of("id", id, "destination", "/topic/c", "slackwater-marks", key, "receipt", "s"), "");
        client.expect("RECEIPT");
    }
}
