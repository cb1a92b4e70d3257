package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slackwater.client.OutcomeUnknownException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client and the gateway say to each other, over real WebSockets. */
class StompSessionTest {
    private final TestGateway gateway = new TestGateway();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void connectedSaysVersionSessionServerAndHeartBeat() {
        StompClient client = gateway.open("v12.stomp");
        client.send("CONNECT\naccept-version:1.0,1.1,1.2\nhost:h\nheart-beat:0,0\n\n\0\n");
        StompFrame connected = client.expect("CONNECTED");
        assertThat(connected.header("version")).isEqualTo("1.2");
        assertThat(connected.header("session")).startsWith("test-");
        assertThat(connected.header("server")).startsWith("slackwater-gateway/");
        assertThat(connected.header("heart-beat")).isEqualTo("10000,10000");
        assertThat(client.socket().getSubprotocol()).isEqualTo("v12.stomp");
    }

    @Test
    void bestSubprotocolWinsWhateverTheOrderAndNoneIsFine() {
        assertThat(gateway.open("v10.stomp", "v12.stomp").socket().getSubprotocol())
                .isEqualTo("v12.stomp");
        StompClient plain = gateway.open();
        plain.send("STOMP\naccept-version:1.2\n\n\0");
        plain.expect("CONNECTED");
    }

    @ParameterizedTest
    @CsvSource({"v11.stomp", "v10.stomp"})
    void olderSubprotocolIsRefusedInStomp(String subprotocol) {
        StompClient client = gateway.open(subprotocol);
        StompFrame error = client.expect("ERROR");
        assertThat(error.header("version")).isEqualTo("1.2");
        assertThat(error.header("message")).contains(subprotocol).contains("v12.stomp");
        assertThat(client.expectClosed().code()).isEqualTo(1002);
    }

    @Test
    void olderVersionIsRefused() {
        StompClient client = gateway.open("v12.stomp");
        client.send("CONNECT\naccept-version:1.0,1.1\n\n\0");
        StompFrame error = client.expect("ERROR");
        assertThat(error.header("version")).isEqualTo("1.2");
        assertThat(error.header("message")).contains("1.0,1.1").contains("1.2 only");
        assertThat(client.expectClosed().code()).isEqualTo(1002);
    }

    @Test
    void messageReachesTheSubscriberWithItsBytesUntouched() {
        StompClient client = gateway.connect();
        client.subscribe("s:1", "/topic/room\\7");
        gateway.tier.deliver("room\\7", "hé\0llo".getBytes(UTF_8));
        StompClient.Received got = client.next();
        assertThat(got.binary()).isFalse();
        assertThat(got.frame().command()).isEqualTo("MESSAGE");
        assertThat(got.frame().headers())
                .containsEntry("subscription", "s:1")
                .containsEntry("destination", "/topic/room\\7")
                .containsEntry("message-id", "1")
                .containsEntry("content-length", "7");
        assertThat(got.frame().body()).isEqualTo("hé\0llo".getBytes(UTF_8));

        byte[] noText = {(byte) 0xFF, 0, (byte) 0xFE};
        gateway.tier.deliver("room\\7", noText);
        got = client.next();
        assertThat(got.binary()).isTrue();
        assertThat(got.frame().body()).isEqualTo(noText);
        assertThat(got.frame().header("message-id")).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "80", "125", "900", "1023", "1024", "1025", "60000", "65536", "200000"})
    void everySizeOfMessageArrives(int size) {
        StompClient client = gateway.connect();
        client.subscribe("1", "c");
        byte[] body = new byte[size];
        java.util.Arrays.fill(body, (byte) 'x');
        gateway.tier.deliver("c", body);
        gateway.tier.deliver("c", "next".getBytes(UTF_8));
        assertThat(client.expect("MESSAGE").body()).isEqualTo(body);
        assertThat(client.expect("MESSAGE").body()).isEqualTo("next".getBytes(UTF_8));
    }

    @Test
    void clientThatSpeaksBinaryIsAnsweredInBinary() {
        StompClient client = gateway.open("v12.stomp");
        client.sendBinary("CONNECT\naccept-version:1.2\n\n\0".getBytes(UTF_8));
        StompClient.Received connected = client.next();
        assertThat(connected.frame().command()).isEqualTo("CONNECTED");
        assertThat(connected.binary()).isTrue();
        byte[] body = {0, 1, (byte) 0x80};
        client.subscribe("1", "c");
        client.sendBinary(StompEncoder.encode(new StompFrame("SEND", Map.of("destination", "c"), body)));
        assertThat(client.expect("MESSAGE").body()).isEqualTo(body);
    }

    @Test
    void receiptOfSubscribeWaitsForTheTier() {
        gateway.tier.holdSubscribes = true;
        StompClient client = gateway.connect();
        client.send("SUBSCRIBE", Map.of("id", "1", "destination", "c", "receipt", "r1"), "");
        client.send("SUBSCRIBE", Map.of("id", "2", "destination", "c", "receipt", "r2"), "");
        client.send("SEND", Map.of("destination", "elsewhere", "receipt", "r3"), "x");
        assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("r3");
        assertThat(client.received).isEmpty();
        gateway.tier.heldSubscribes.forEach(held -> held.complete(null));
        assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("r1");
        assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("r2");
    }

    @Test
    void refusedSubscribeIsAnError() {
        gateway.tier.holdSubscribes = true;
        StompClient client = gateway.connect();
        client.send("SUBSCRIBE", Map.of("id", "1", "destination", "c", "receipt", "r1"), "");
        await().until(() -> !gateway.tier.heldSubscribes.isEmpty());
        gateway.tier.heldSubscribes.forEach(held -> held.completeExceptionally(new IllegalStateException("closed")));
        StompFrame error = client.expect("ERROR");
        assertThat(error.header("receipt-id")).isEqualTo("r1");
        assertThat(error.header("message")).contains("closed");
        await().until(() -> gateway.server.fanout().channels() == 0);
    }

    @Test
    void receiptOfSendWaitsForTheTierAndCarriesTheCount() {
        gateway.tier.holdPublishes = true;
        StompClient client = gateway.connect();
        client.send("SEND", Map.of("destination", "/topic/c", "receipt", "r"), "hello");
        await().until(() -> gateway.tier.heldPublishes.size() == 1);
        assertThat(client.received).isEmpty();
        gateway.tier.heldPublishes.remove().complete(42L);
        StompFrame receipt = client.expect("RECEIPT");
        assertThat(receipt.headers()).containsEntry("receipt-id", "r").containsEntry("receivers", "42");
        assertThat(gateway.metric("slackwater_gateway_messages_in_total")).isEqualTo(1);
        assertThat(gateway.metric("slackwater_gateway_in_bytes_total")).isEqualTo(5);
    }

    @Test
    void sendWithReceiptThatFailsEndsTheSessionAndOneWithoutDoesNot() {
        gateway.tier.holdPublishes = true;
        StompClient client = gateway.connect();
        client.send("SEND", Map.of("destination", "c"), "1");
        client.send("SEND", Map.of("destination", "c", "receipt", "r2"), "2");
        await().until(() -> gateway.tier.heldPublishes.size() == 2);
        gateway.tier.heldPublishes.remove().completeExceptionally(new OutcomeUnknownException("node gone"));
        await().until(() -> gateway.metric("slackwater_gateway_sends_failed_total") == 1);
        assertThat(client.received).isEmpty();
        gateway.tier.heldPublishes.remove().completeExceptionally(new OutcomeUnknownException("node gone"));
        StompFrame error = client.expect("ERROR");
        assertThat(error.header("receipt-id")).isEqualTo("r2");
        assertThat(error.header("message")).contains("node gone");
        assertThat(client.expectClosed().code()).isEqualTo(1011);
    }

    @Test
    void unsubscribeEndsTheMessages() {
        StompClient client = gateway.connect();
        client.subscribe("1", "c");
        client.subscribe("2", "d");
        client.send("UNSUBSCRIBE", Map.of("id", "1", "receipt", "u"), "");
        assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("u");
        gateway.tier.deliver("c", new byte[1]);
        gateway.tier.deliver("d", new byte[2]);
        assertThat(client.expect("MESSAGE").header("subscription")).isEqualTo("2");
        assertThat(gateway.tier.subscribed).containsExactly("d");
    }

    @Test
    void disconnectIsReceiptedAfterTheLastSendIsAnswered() {
        gateway.tier.holdPublishes = true;
        StompClient client = gateway.connect();
        client.send("SEND", Map.of("destination", "c", "receipt", "s"), "1");
        client.send("DISCONNECT", Map.of("receipt", "bye"), "");
        await().until(() -> !gateway.tier.heldPublishes.isEmpty());
        assertThat(client.received).isEmpty();
        gateway.tier.heldPublishes.remove().complete(1L);
        assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("s");
        assertThat(client.expect("RECEIPT").header("receipt-id")).isEqualTo("bye");
        assertThat(client.expectClosed().code()).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "SUBSCRIBE\\nid:1\\n\\n\\0 | destination | 1002",
                "SUBSCRIBE\\ndestination:c\\n\\n\\0 | 'id' | 1002",
                "SUBSCRIBE\\nid:1\\ndestination:c\\nack:client\\n\\n\\0 | 'auto' only | 1002",
                "SUBSCRIBE\\nid:1\\ndestination:/queue/c\\n\\n\\0 | unknown form | 1002",
                "SUBSCRIBE\\nid:1\\ndestination:/topic/\\n\\n\\0 | names no channel | 1002",
                "SUBSCRIBE\\nid:1\\ndestination:c\\n\\nbody\\0 | must not have a body | 1002",
                "UNSUBSCRIBE\\nid:9\\n\\n\\0 | no subscription with id '9' | 1002",
                "SEND\\n\\nx\\0 | destination | 1002",
                "SEND\\ndestination:c\\ntransaction:t\\n\\nx\\0 | no transactions | 1002",
                "BEGIN\\ntransaction:t\\n\\n\\0 | no transactions | 1002",
                "COMMIT\\ntransaction:t\\n\\n\\0 | no transactions | 1002",
                "ABORT\\ntransaction:t\\n\\n\\0 | no transactions | 1002",
                "ACK\\nid:1\\n\\n\\0 | no acknowledgements | 1002",
                "NACK\\nid:1\\n\\n\\0 | no acknowledgements | 1002",
                "MESSAGE\\nid:1\\n\\n\\0 | not a command | 1002",
                "send\\ndestination:c\\n\\n\\0 | not a command | 1002",
                "CONNECT\\naccept-version:1.2\\n\\n\\0 | already connected | 1002",
                "SEND\\ndestination:c\\n\\nx | NUL | 1002",
                "SEND\\ndestination\\n\\nx\\0 | 'name:value' | 1002",
                "SEND\\ndestination:c\\n\\nx\\0SEND\\ndestination:c\\n\\ny\\0 | message of its own | 1002",
            })
    void badFrameIsAnsweredByASentenceAndTheEnd(String frame, String sentence, int code) {
        StompClient client = gateway.connect();
        client.send(frame.replace("\\n", "\n").replace("\\0", "\0"));
        assertThat(client.expectError(code)).contains(sentence);
    }

    @Test
    void errorNamesTheReceiptOfTheFrameAtFault() {
        StompClient client = gateway.connect();
        client.subscribe("1", "c");
        client.send("SUBSCRIBE", Map.of("id", "1", "destination", "d", "receipt", "r"), "");
        StompFrame error = client.expect("ERROR");
        assertThat(error.header("receipt-id")).isEqualTo("r");
        assertThat(error.header("message")).contains("id '1' is in use");
        assertThat(client.expectClosed().code()).isEqualTo(1002);
        await().until(() -> gateway.tier.subscribed.isEmpty());
        assertThat(gateway.metric("slackwater_gateway_stomp_errors_total{kind=\"subscription\"}"))
                .isEqualTo(1);
    }

    @Test
    void framesBeforeConnectAreRefused() {
        StompClient client = gateway.open("v12.stomp");
        client.send("SEND\ndestination:c\n\nx\0");
        assertThat(client.expectError(1002)).contains("send CONNECT first");
    }

    @Test
    void refusedLoginAndLateLoginAndBrokenAuthenticator() {
        CompletableFuture<Authenticator.Decision> late = new CompletableFuture<>();
        Authenticator authenticator = credentials -> switch (String.valueOf(credentials.login())) {
            case "broken" -> throw new IllegalStateException("database down");
            case "late" -> late;
            default -> CompletableFuture.completedStage(new Authenticator.Decision.Refused("who are you?"));
        };
        try (TestGateway guarded = new TestGateway(authenticator)) {
            StompClient client = guarded.open("v12.stomp");
            client.send("CONNECT\naccept-version:1.2\nlogin:mallory\npasscode:secret\n\n\0");
            assertThat(client.expectError(1008)).isEqualTo("who are you?");
            client = guarded.open("v12.stomp");
            client.send("CONNECT\naccept-version:1.2\nlogin:broken\n\n\0");
            assertThat(client.expectError(1008))
                    .contains("could not be checked")
                    .doesNotContain("database");
            client = guarded.open("v12.stomp");
            client.send("CONNECT\naccept-version:1.2\nlogin:late\n\n\0");
            client.send("SUBSCRIBE\nid:1\ndestination:c\nreceipt:r\n\n\0");
            assertThat(guarded.tier.calls).isEmpty();
            late.complete(new Authenticator.Decision.Accepted("late"));
            client.expect("CONNECTED");
            client.expect("RECEIPT");
        }
    }

    @Test
    void subscriptionsAreGivenBackWhenTheClientVanishes() {
        StompClient client = gateway.connect();
        client.subscribe("1", "a");
        client.subscribe("2", "b");
        assertThat(gateway.metric("slackwater_gateway_subscriptions")).isEqualTo(2);
        assertThat(gateway.metric("slackwater_gateway_channels")).isEqualTo(2);
        client.abort();
        await().until(() -> gateway.tier.subscribed.isEmpty());
        await().until(() -> gateway.metric("slackwater_gateway_connections") == 0);
        assertThat(gateway.metric("slackwater_gateway_subscriptions")).isZero();
    }
}
