package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What a client may use, and what happens at each limit. */
class LimitsTest {
    @Test
    void bodyHeadersAndWebSocketMessage() {
        try (TestGateway gateway =
                new TestGateway("--max-body-bytes=100", "--max-headers=4", "--max-header-bytes=64")) {
            StompClient client = gateway.connect();
            client.send("SEND", Map.of("destination", "c", "receipt", "r"), "x".repeat(100));
            client.expect("RECEIPT");
            client.send("SEND", Map.of("destination", "c"), "x".repeat(101));
            assertThat(client.expectError(1009)).contains("101 bytes: the limit is 100");

            client = gateway.connect();
            client.send("SEND", Map.of("destination", "c", "a", "b".repeat(70)), "x");
            assertThat(client.expectError(1009)).contains("the limit is 64");

            client = gateway.connect();
            client.send("SEND", Map.of("destination", "c"), "x".repeat(10_000));
            assertThat(client.expectError(1009)).contains("WebSocket");

            // In pieces, each of them short enough.
            StompClient pieces = gateway.connect();
            for (int i = 0; i < 4; i++) {
                pieces.socket().sendText("x".repeat(500), false).join();
            }
            assertThat(pieces.expectError(1009)).contains("WebSocket message is longer");
        }
    }

    @Test
    void fragmentsOfOneWebSocketMessageAreOneFrame() {
        try (TestGateway gateway = new TestGateway()) {
            StompClient client = gateway.connect();
            client.socket().sendText("SEND\ndesti", false).join();
            client.socket().sendText("nation:c\nreceipt:r\n\nhello\0", true).join();
            client.expect("RECEIPT");
        }
    }

    @Test
    void textFrameThatIsNotUtf8EndsTheSession() throws IOException {
        try (TestGateway gateway = new TestGateway("--close-timeout=100");
                Socket raw = new Socket("127.0.0.1", gateway.server.port())) {
            raw.setSoTimeout(5_000);
            raw.getOutputStream()
                    .write(("GET /stomp HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(UTF_8));
            // A client may not send before it has the answer to its handshake.
            String answer = "";
            while (!answer.endsWith("\r\n\r\n")) {
                answer += (char) raw.getInputStream().read();
            }
            assertThat(answer).startsWith("HTTP/1.1 101");
            raw.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, (byte) 0xFF});
            String all = new String(raw.getInputStream().readAllBytes(), UTF_8);
            assertThat(all).contains("ERROR\nmessage:WebSocket");
        }
    }

    @Test
    void subscriptions() {
        try (TestGateway gateway = new TestGateway("--max-subscriptions=2")) {
            StompClient client = gateway.connect();
            client.subscribe("1", "a");
            client.subscribe("2", "b");
            client.send("UNSUBSCRIBE", Map.of("id", "1"), "");
            client.subscribe("3", "c");
            client.send("SUBSCRIBE", Map.of("id", "4", "destination", "d"), "");
            assertThat(client.expectError(1008)).contains("has 2 subscriptions");
            assertThat(gateway.tier.subscribed).doesNotContain("d");
        }
    }

    @Test
    void connections() {
        try (TestGateway gateway = new TestGateway("--max-connections=1")) {
            StompClient first = gateway.connect();
            assertThat(refusal(gateway)).isEqualTo(503);
            assertThat(gateway.metric("slackwater_gateway_refused_total{reason=\"limit\"}"))
                    .isEqualTo(1);
            first.abort();
            await().until(() -> gateway.metric("slackwater_gateway_connections") == 0);
            gateway.connect();
        }
    }

    private static int refusal(TestGateway gateway) {
        try {
            gateway.open("v12.stomp");
        } catch (CompletionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
        return 101;
    }

    @Test
    void handshakeIsRefusedInHttp() throws IOException, InterruptedException {
        try (TestGateway gateway = new TestGateway("--allowed-origins=https://chat.example,https://b.example");
                HttpClient http = HttpClient.newHttpClient()) {
            String base = "http://127.0.0.1:" + gateway.server.port();
            assertThat(http.send(
                                    HttpRequest.newBuilder(URI.create(base + "/stomp"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(426);
            assertThat(http.send(
                                    HttpRequest.newBuilder(URI.create(base + "/else"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("the WebSocket endpoint is /stomp");
            StompClient listener = new StompClient();
            assertThatThrownBy(() -> http.newWebSocketBuilder()
                            .header("Origin", "https://evil.example")
                            .buildAsync(gateway.uri(), listener)
                            .join())
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(403));
            assertThatThrownBy(() -> http.newWebSocketBuilder()
                            .subprotocols("mqtt")
                            .buildAsync(gateway.uri(), listener)
                            .join())
                    .cause()
                    .isInstanceOfSatisfying(
                            WebSocketHandshakeException.class,
                            e -> assertThat(e.getResponse().statusCode()).isEqualTo(400));
            http.newWebSocketBuilder()
                    .header("Origin", "https://chat.example")
                    .buildAsync(URI.create(gateway.uri() + "?a=b"), listener)
                    .join()
                    .abort();
            assertThat(gateway.metric("slackwater_gateway_refused_total{reason=\"origin\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void handshakeAndConnectMustComeInTime() throws IOException {
        try (TestGateway gateway = new TestGateway("--handshake-timeout=200", "--connect-timeout=200");
                Socket silent = new Socket("127.0.0.1", gateway.server.port())) {
            silent.setSoTimeout(5_000);
            assertThat(silent.getInputStream().read()).as("end of stream").isEqualTo(-1);
            assertThat(gateway.metric("slackwater_gateway_refused_total{reason=\"timeout\"}"))
                    .isEqualTo(1);
            StompClient mute = gateway.open("v12.stomp");
            assertThat(mute.expectError(1008)).contains("no CONNECT frame came within 200 ms");
        }
    }

    /** With the window full the gateway reads no more: the tier sees no further message, and everything goes on afterwards. */
    @Test
    void sendsInFlight() {
        try (TestGateway gateway = new TestGateway("--max-in-flight-sends=3", "--threads=1")) {
            gateway.tier.holdPublishes = true;
            StompClient client = gateway.connect();
            for (int i = 0; i < 50; i++) {
                client.send("SEND", Map.of("destination", "c", "receipt", "r" + i), "x");
            }
            await().until(() -> gateway.tier.heldPublishes.size() == 3);
            // The same event loop serves another client meanwhile, and has had every chance to read more of the first.
            StompClient other = gateway.connect();
            for (int i = 0; i < 20; i++) {
                other.send("SUBSCRIBE", Map.of("id", "" + i, "destination", "d", "receipt", "s"), "");
                other.expect("RECEIPT");
            }
            assertThat(gateway.tier.heldPublishes).hasSize(3);
            gateway.tier.heldPublishes.remove().complete(1L);
            await().until(() -> gateway.tier.heldPublishes.size() == 3);
            gateway.tier.holdPublishes = false;
            gateway.tier.heldPublishes.forEach(held -> held.complete(1L));
            for (int i = 0; i < 50; i++) {
                client.expect("RECEIPT");
            }
        }
    }

    /** A client that stops reading is closed, the memory held for it stays bounded, and the others notice nothing. */
    @Test
    void slowConsumer() {
        int pending = 256 * 1024;
        try (TestGateway gateway = new TestGateway("--max-pending-bytes=" + pending, "--close-timeout=500")) {
            StompClient slow = gateway.connect();
            StompClient healthy = gateway.connect();
            slow.subscribe("1", "c");
            healthy.subscribe("1", "c");
            slow.stopReading();
            byte[] payload = new byte[8 * 1024];
            int sent = 0;
            while (gateway.metric("slackwater_gateway_slow_consumers_total") == 0) {
                assertThat(sent).as("64 MiB and nobody was slow").isLessThan(8_192);
                for (int i = 0; i < 16; i++) {
                    ByteBuffer.wrap(payload).putInt(sent++);
                    gateway.tier.deliver("c", payload.clone());
                }
                int expected = sent;
                await().until(() -> healthy.received.size() == expected);
            }
            await().until(() -> gateway.metric("slackwater_gateway_connections") == 1);
            assertThat(gateway.metric("slackwater_gateway_subscriptions")).isEqualTo(1);
            for (int i = 0; i < sent; i++) {
                assertThat(ByteBuffer.wrap(healthy.next().frame().body()).getInt())
                        .isEqualTo(i);
            }
            assertThat(gateway.tier.subscribed).containsExactly("c");
        }
    }

    /** One that only sends, asks for receipts and never reads them is a slow consumer too. */
    @Test
    void receiptsCountAsPending() {
        try (TestGateway gateway =
                new TestGateway("--max-pending-bytes=16384", "--close-timeout=100", "--max-header-bytes=4096")) {
            StompClient client = gateway.connect();
            client.stopReading();
            String receipt = "r".repeat(4_000);
            try {
                for (int i = 0; i < 20_000 && gateway.metric("slackwater_gateway_slow_consumers_total") == 0; i++) {
                    for (int n = 0; n < 100; n++) {
                        client.send("SEND", Map.of("destination", "c", "receipt", receipt), "x");
                    }
                }
            } catch (CompletionException closed) {
                // The gateway has closed the connection while the client was sending.
            }
            await().until(() -> gateway.metric("slackwater_gateway_slow_consumers_total") == 1);
            await().until(() -> gateway.metric("slackwater_gateway_connections") == 0);
        }
    }

    @Test
    void slowConsumerThatWakesUpReadsWhy() {
        try (TestGateway gateway = new TestGateway("--max-pending-bytes=65536", "--close-timeout=20000")) {
            StompClient slow = gateway.connect();
            slow.subscribe("1", "c");
            slow.stopReading();
            byte[] payload = new byte[60 * 1024];
            for (int i = 0; i < 4_000 && gateway.metric("slackwater_gateway_slow_consumers_total") == 0; i++) {
                gateway.tier.deliver("c", payload.clone());
            }
            slow.resumeReading();
            StompClient.Closed closed = slow.expectClosed();
            assertThat(closed.code()).isEqualTo(1008);
            assertThat(closed.reason()).contains("slow consumer").contains("65536");
        }
    }
}
