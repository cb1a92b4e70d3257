package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.testkit.RedisProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway on the real client library and a real server. */
class ClientTierTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "node", "node:", ":6379", "node:0", "node:65536", "node:x", "::1:6379", "a:b:1"})
    void seedsAreHostAndPort(String seed) {
        assertThatThrownBy(() -> new ClientTier("c", "m", List.of(seed), TierAccess.PLAIN, 1024))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + seed + "' is not host:port");
    }

    @Test
    void noSeedsAreAWrongOption() {
        assertThatThrownBy(() -> new ClientTier("c", "m", List.of(), TierAccess.PLAIN, 1024))
                .hasMessageContaining("SLACKWATER_SEEDS");
        new ClientTier("c", "m", List.of("node-0:6379", "[::1]:6379"), TierAccess.PLAIN, 1024);
    }

    @Test
    void twoGatewaysOnOneServer() {
        try (RedisProcess redis = RedisProcess.start()) {
            writeRing(redis);
            String seed = redis.host() + ":" + redis.port();
            try (GatewayServer one = gateway(seed);
                    GatewayServer two = gateway(seed);
                    HttpClient http = HttpClient.newHttpClient()) {
                StompClient subscriber = connect(http, one);
                StompClient publisher = connect(http, two);
                subscriber.subscribe("1", "/topic/room");
                publisher.send("SEND", Map.of("destination", "/topic/room", "receipt", "r"), "hello");
                assertThat(publisher.expect("RECEIPT").headers())
                        .containsEntry("receipt-id", "r")
                        .containsEntry("receivers", "1");
                assertThat(subscriber.expect("MESSAGE").body()).isEqualTo("hello".getBytes(UTF_8));
                String control = new ClusterNames("test").control();
                subscriber.send("SUBSCRIBE", Map.of("id", "2", "destination", control), "");
                assertThat(subscriber.expectError(1011)).contains("the tier's own");
                publisher.abort();
            }
        }
    }

    @Test
    void readinessFollowsTheConnections() {
        ClientTier tier;
        try (RedisProcess redis = RedisProcess.start()) {
            writeRing(redis);
            tier = new ClientTier("test", "ready", List.of(redis.host() + ":" + redis.port()), TierAccess.PLAIN, 1024);
            assertThat(tier.isConnected()).isFalse();
            try (GatewayServer server = new GatewayServer(TestGateway.settings(), tier, Authenticator.ALLOW_ALL)) {
                await().until(tier::isConnected);
                redis.close();
                await().until(() -> !tier.isConnected());
                assertThat(server.drain().state().phase()).isEqualTo(Drain.Phase.SERVING);
            }
        }
    }

    private static GatewayServer gateway(String seed) {
        return new GatewayServer(
                TestGateway.settings(),
                new ClientTier("test", "gateway", List.of(seed), TierAccess.PLAIN, 65_536),
                Authenticator.ALLOW_ALL);
    }

    private static StompClient connect(HttpClient http, GatewayServer server) {
        StompClient client =
                StompClient.open(http, URI.create("ws://127.0.0.1:" + server.port() + "/stomp"), "v12.stomp");
        client.send("CONNECT\naccept-version:1.2\n\n\0");
        client.expect("CONNECTED");
        return client;
    }

    /** What a coordinator does: the node's id and the ring, in which it owns everything. */
    private static void writeRing(RedisProcess redis) {
        ClusterNames names = new ClusterNames("test");
        Node node = new Node("n0", "", List.of(new Node.Address(redis.host(), redis.port())));
        String[] owner = new String[Slots.COUNT];
        Arrays.fill(owner, "n0");
        Ring ring = new Ring(1, 1, List.of(node), List.of(), SlotTable.of(owner), List.of());
        try (RedisClient admin = RedisClient.create(RedisURI.create(redis.host(), redis.port()));
                var connection = admin.connect(ByteArrayCodec.INSTANCE)) {
            connection.sync().set(names.node().getBytes(UTF_8), "n0".getBytes(UTF_8));
            connection.sync().set(names.ring().getBytes(UTF_8), RingCodec.encode(ring));
        }
    }
}
