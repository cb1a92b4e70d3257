package io.slackwater.client;

import static io.slackwater.client.PublishSubscribeTest.get;
import static io.slackwater.client.PublishSubscribeTest.warmUp;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What publishing and subscribing do while a server is gone, hung, or came back empty. */
class NodeFailureTest {
    private TestTier tier;

    @BeforeEach
    void start() {
        tier = TestTier.start(2);
    }

    @AfterEach
    void stop() {
        tier.close();
    }

    /** A channel whose slot the node owns. */
    private String channelOf(String node) {
        return Stream.iterate(0, i -> i + 1)
                .map(i -> "c" + i)
                .filter(channel -> node.equals(tier.ring().table().owner(Slots.of(channel))))
                .findFirst()
                .orElseThrow();
    }

    /** The next ring, in which n1 is dead and its slots are n0's. */
    private Ring failedOver() {
        String[] owner = new String[Slots.COUNT];
        Arrays.fill(owner, "n0");
        return new Ring(
                tier.ring().epoch() + 1, 1, List.of(tier.nodes.get(0)), List.of("n1"), SlotTable.of(owner), List.of());
    }

    @Test
    void whileANodeIsDownItsPublishesWaitAndItsChannelsAreNotReadyUntilTheRingGivesThemToAnother() {
        String lost = channelOf("n1");
        String kept = channelOf("n0");
        Inbox inbox = new Inbox();
        try (PubSubClient client = PubSubClient.connect(
                tier.settings().publishTimeout(Duration.ofSeconds(20)).build(), inbox)) {
            get(client.subscribe(lost));
            tier.servers.get(1).kill();
            await().until(() -> get(client.publish(kept, new byte[0])) == 0);

            CompletableFuture<Void> pending =
                    client.subscribe(lost + "x{" + lost + "}").toCompletableFuture();
            List<CompletableFuture<Long>> waiting = IntStream.range(0, 50)
                    .mapToObj(i -> client.publish(lost, ("m" + i).getBytes(UTF_8))
                            .toCompletableFuture()
                            .exceptionally(e -> -1L))
                    .toList();
            get(client.publish(kept, new byte[0]));
            tier.announce(failedOver());

            get(pending);
            // Those that were put in before the end of the connection was noticed may have failed; what was sent keeps
            // its order.
            long sent = waiting.stream()
                    .mapToLong(result -> get(result))
                    .filter(n -> n > 0)
                    .count();
            assertThat(sent).isPositive();
            await().until(() -> inbox.size() == sent);
            List<String> all = IntStream.range(0, 50).mapToObj(i -> "m" + i).toList();
            assertThat(inbox.of(lost)).isSubsetOf(all).isSortedAccordingTo((a, b) -> all.indexOf(a) - all.indexOf(b));
        }
    }

    @Test
    void withoutAnotherOwnerAPublishIsNotSentAndSaysSo() {
        String lost = channelOf("n1");
        try (PubSubClient client = PubSubClient.connect(
                tier.settings().publishTimeout(Duration.ofMillis(300)).build(), new Inbox())) {
            warmUp(client, lost);
            tier.servers.get(1).kill();
            await().untilAsserted(() -> assertThatThrownBy(() -> get(client.publish(lost, new byte[0])))
                    .hasCauseInstanceOf(NotSentException.class)
                    .hasMessageContaining("could not be reached"));
        }
    }

    @Test
    void moreThanTheBoundFailsAtOnceInsteadOfWaiting() {
        String lost = channelOf("n1");
        try (PubSubClient client = PubSubClient.connect(
                tier.settings()
                        .maxPending(10, 1 << 20)
                        .publishTimeout(Duration.ofSeconds(3))
                        .build(),
                new Inbox())) {
            warmUp(client, lost);
            tier.servers.get(1).kill();
            List<CompletableFuture<Long>> waiting = IntStream.range(0, 10)
                    .mapToObj(i -> client.publish(lost, new byte[0]).toCompletableFuture())
                    .toList();
            assertThatThrownBy(() -> {
                        while (true) {
                            get(client.publish(lost, new byte[0]));
                        }
                    })
                    .hasCauseInstanceOf(NotSentException.class);
            waiting.forEach(one -> assertThatThrownBy(() -> get(one)).isNotNull());
            await().until(() -> get(client.publish(channelOf("n0"), new byte[0])) == 0);
        }
    }

    @Test
    void aPublishWithoutReplyHasAnUnknownOutcomeAndIsNeverSentAgain() {
        String channel = channelOf("n1");
        Inbox inbox = new Inbox();
        try (PubSubClient patient = PubSubClient.connect(
                        tier.settings().silence(Duration.ofSeconds(60)).build(), inbox);
                PubSubClient client = PubSubClient.connect(
                        tier.settings()
                                .silence(Duration.ofSeconds(1))
                                .publishTimeout(Duration.ofSeconds(10))
                                .build(),
                        new Inbox())) {
            get(patient.subscribe(channel));
            assertThat(get(client.publish(channel, "before".getBytes(UTF_8)))).isEqualTo(1);
            tier.servers.get(1).pause();
            List<CompletableFuture<Long>> inFlight = IntStream.range(0, 20)
                    .mapToObj(i ->
                            client.publish(channel, ("m" + i).getBytes(UTF_8)).toCompletableFuture())
                    .toList();
            // The silent server is given up, and with it what was written to it.
            inFlight.forEach(
                    one -> assertThatThrownBy(() -> get(one)).hasCauseInstanceOf(OutcomeUnknownException.class));
            tier.servers.get(1).resume();
            await().until(() -> get(client.publish(channel, "after".getBytes(UTF_8))) == 1);
            await().until(() -> inbox.of(channel).contains("after"));
            assertThat(inbox.of(channel)).doesNotHaveDuplicates();
        }
    }

    @Test
    void aLateReplyFailsThePublishButNotTheConnection() {
        String channel = channelOf("n1");
        Inbox inbox = new Inbox();
        try (PubSubClient client = PubSubClient.connect(
                tier.settings()
                        .silence(Duration.ofSeconds(60))
                        .publishTimeout(Duration.ofSeconds(1))
                        .build(),
                inbox)) {
            warmUp(client, channel);
            get(client.subscribe(channel));
            get(client.publish(channel, "before".getBytes(UTF_8)));
            tier.servers.get(1).pause();
            assertThatThrownBy(() -> get(client.publish(channel, "late".getBytes(UTF_8))))
                    .hasCauseInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining("publish time-out");
            tier.servers.get(1).resume();
            await().until(() -> inbox.of(channel).contains("late"));
            await().until(() -> get(client.publish(channel, "next".getBytes(UTF_8))) == 1);
            await().untilAsserted(() -> assertThat(inbox.of(channel)).containsExactly("before", "late", "next"));
        }
    }

    @Test
    void aServerThatCameBackEmptyIsNotUsedUnderItsOldName() {
        String channel = channelOf("n1");
        Inbox inbox = new Inbox();
        try (PubSubClient client = PubSubClient.connect(
                tier.settings().publishTimeout(Duration.ofMillis(500)).build(), inbox)) {
            get(client.subscribe(channel));
            tier.servers.get(1).restartEmpty();
            await().pollInSameThread()
                    .untilAsserted(() -> assertThatThrownBy(() -> get(client.publish(channel, new byte[] {1})))
                            .hasCauseInstanceOf(NotSentException.class));
            assertThat(tier.servers.get(1).isAlive()).isTrue();

            Node reborn = new Node("n1-again", "", List.of(tier.address(1)));
            tier.adopt(1, reborn);
            String[] owner = tier.ring().table().toArray();
            for (int slot = 0; slot < owner.length; slot++) {
                owner[slot] = owner[slot].equals("n1") ? reborn.id() : owner[slot];
            }
            tier.announce(
                    new Ring(tier.ring().epoch() + 1, 1, tier.nodes, List.of("n1"), SlotTable.of(owner), List.of()));
            await().untilAsserted(() -> assertThat(get(client.publish(channel, "again".getBytes(UTF_8))))
                    .isEqualTo(1));
            await().until(() -> inbox.of(channel).contains("again"));
        }
    }
}
