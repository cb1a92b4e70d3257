package io.slackwater.client;

import static io.slackwater.client.PublishSubscribeTest.get;
import static io.slackwater.client.PublishSubscribeTest.warmUp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.Slots;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which rings are followed and which are not. */
class RingChangeTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private TestTier tier;

    @BeforeEach
    void start() {
        tier = TestTier.start(2, 1);
    }

    @AfterEach
    void stop() {
        tier.close();
    }

    private double metric(String name) {
        return meters.get("slackwater.client." + name).functionCounter().count();
    }

    @Test
    void aNewerRingMovesPublishesAndSubscriptionsAndAnOlderOneDoesNotMoveThemBack() {
        Inbox inbox = new Inbox();
        try (PubSubClient client =
                PubSubClient.connect(tier.settings().meters(meters).build(), inbox)) {
            get(client.subscribe("c"));
            Ring first = tier.ring();
            tier.announce(tier.given(SlotSet.of(Slots.of("c")), "n1"));
            await().until(() -> tier.subscribers(1, "c") == 1 && tier.subscribers(0, "c") == 0);
            assertThat(get(client.publish("c", "moved".getBytes(UTF_8)))).isEqualTo(1);

            tier.publish(first);
            await().until(() -> meters.get("slackwater.client.protocol")
                            .tag("kind", "ring_not_newer")
                            .functionCounter()
                            .count()
                    > 0);
            assertThat(get(client.publish("c", "still there".getBytes(UTF_8)))).isEqualTo(1);
            await().until(() -> inbox.size() == 2);
            assertThat(tier.subscribers(0, "c")).isZero();
        }
    }

    @Test
    void aDamagedRingIsRefusedAndCountedAndNothingElseChanges() {
        Inbox inbox = new Inbox();
        try (PubSubClient client =
                PubSubClient.connect(tier.settings().meters(meters).build(), inbox)) {
            get(client.subscribe("c"));
            await().until(() -> connectionsOf(client, 0).size() == 2);
            List<String> connections = connectionsOf(client, 0);
            byte[] damaged = RingCodec.encode(tier.given(SlotSet.of(Slots.of("c")), "n1"));
            damaged[damaged.length / 2] ^= 1;
            byte[] newer = RingCodec.encode(tier.ring());
            newer[4] = 99;
            tier.redis(0).publish(tier.names.control(), damaged);
            tier.redis(0).publish(tier.names.control(), newer);
            tier.redis(0).publish(tier.names.control(), new byte[0]);
            await().until(() -> metric("rings.refused") == 3);
            assertThat(get(client.publish("c", new byte[] {1}))).isEqualTo(1);
            await().until(() -> inbox.size() == 1);
            assertThat(connectionsOf(client, 0)).isEqualTo(connections);
        }
    }

    @Test
    void aNodeWithoutAReadableRingIsNotUsedUntilItHasOne() {
        try (PubSubClient client = PubSubClient.connect(
                tier.settings()
                        .publishTimeout(Duration.ofMillis(400))
                        .meters(meters)
                        .build(),
                new Inbox())) {
            warmUp(client, "c");
            tier.redis(0).set(tier.names.ring(), "no ring".getBytes(UTF_8));
            killMembers(0);
            await().pollInSameThread()
                    .untilAsserted(() -> assertThatThrownBy(() -> get(client.publish("c", new byte[0])))
                            .hasCauseInstanceOf(NotSentException.class));
            tier.write(tier.ring());
            await().pollInSameThread().ignoreExceptions().until(() -> get(client.publish("c", new byte[0])) == 0);
        }
    }

    @Test
    void withoutAnyRingConnectingSaysWhatEachSeedSaid() {
        Node.Address nobody = new Node.Address("127.0.0.1", 1);
        tier.redis(1).del(tier.names.ring());
        assertThatThrownBy(() -> PubSubClient.connect(
                        ClientSettings.builder("test", nobody, tier.address(1))
                                .startTimeout(Duration.ofMillis(700))
                                .build(),
                        new Inbox()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no ring of cluster \"test\"")
                .hasMessageContaining("127.0.0.1:1=")
                .hasMessageContaining("has no ring of this cluster");
    }

    @Test
    void aSeedThatIsDownIsPassedOver() {
        Node.Address nobody = new Node.Address("127.0.0.1", 1);
        try (PubSubClient client = PubSubClient.connect(
                ClientSettings.builder("test", nobody, tier.address(0)).build(), new Inbox())) {
            assertThat(get(client.publish("c", new byte[0]))).isZero();
        }
    }

    private void killMembers(int server) {
        Arrays.stream(tier.redis(server).clientList().split("\n", -1))
                .filter(line -> line.contains("name=slackwater:"))
                .map(line -> line.split(" ", -1)[0].substring(3))
                .forEach(id -> tier.redis(server).clientKill(io.lettuce.core.KillArgs.Builder.id(Long.parseLong(id))));
    }

    /** The ids of a client's connections to a server: two when both are there, one each to publish and to subscribe. */
    private List<String> connectionsOf(PubSubClient client, int server) {
        return Arrays.stream(tier.redis(server).clientList().split("\n", -1))
                .filter(line -> line.contains(client.member()))
                .map(line -> line.split(" ", -1)[0])
                .sorted()
                .toList();
    }
}
