package io.slackwater.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Publishing and subscribing on three servers, nothing going wrong. */
class PublishSubscribeTest {
    private static TestTier tier;
    private final List<PubSubClient> clients = new ArrayList<>();

    @BeforeAll
    static void start() {
        tier = TestTier.start(3);
    }

    @AfterAll
    static void stop() {
        tier.close();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(PubSubClient::close);
    }

    private PubSubClient client(MessageListener listener) {
        PubSubClient client = PubSubClient.connect(tier.settings().build(), listener);
        clients.add(client);
        return client;
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, SECONDS).join();
    }

    /** Publishes, again and again if need be, until the connection for the channel is there, however slow the machine. */
    static void warmUp(PubSubClient client, String channel) {
        await().atMost(30, SECONDS)
                .ignoreExceptions()
                .until(() -> get(client.publish(channel, "warm".getBytes(UTF_8))) >= 0);
    }

    @Test
    void messagesReachEverySubscriberAndThePublisherLearnsHowMany() {
        Inbox first = new Inbox();
        Inbox second = new Inbox();
        PubSubClient one = client(first);
        PubSubClient two = client(second);
        List<String> channels =
                IntStream.range(0, 100).mapToObj(i -> "room-" + i).toList();
        get(one.subscribe(channels));
        get(two.subscribe(channels.subList(0, 50)));

        for (int i = 0; i < 100; i++) {
            assertThat(get(two.publish("room-" + i, ("hello " + i).getBytes(UTF_8))))
                    .isEqualTo(i < 50 ? 2 : 1);
        }

        await().until(() -> first.size() == 100 && second.size() == 50);
        assertThat(first.of("room-70")).containsExactly("hello 70");
        assertThat(second.of("room-7")).containsExactly("hello 7");
    }

    /** Who is subscribed sees it at its place; patterns do not, and it cannot be sent as a message. */
    @Test
    void marksHaveOnePlaceAmongTheMessagesAndAreNone() {
        Inbox first = new Inbox();
        Inbox second = new Inbox();
        Inbox pattern = new Inbox();
        PubSubClient one = client(first);
        PubSubClient two = client(second);
        get(one.subscribe("marked"));
        get(two.subscribe("marked"));
        get(client(pattern).psubscribe("mark*"));
        Mark mark = new Mark("abcdefghijklmnop", 7);

        get(one.publish("marked", "before".getBytes(UTF_8)));
        assertThat(get(two.mark("marked", mark)))
                .as("receivers, the pattern included")
                .isEqualTo(3);
        get(one.publish("marked", "after".getBytes(UTF_8)));

        await().until(() -> first.size() == 3 && second.size() == 3 && pattern.patternSize() == 2);
        assertThat(first.of("marked")).containsExactly("before", "mark 7", "after");
        assertThat(second.of("marked")).isEqualTo(first.of("marked"));
        assertThatThrownBy(() -> one.publish("marked", mark.payload()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("form of a mark");
    }

    @Test
    void anyBytesAndAnyNameArriveAsTheyWere() {
        Inbox inbox = new Inbox();
        PubSubClient client = client(inbox);
        String channel = "fjørd {ø} 🌊";
        byte[] payload = new byte[256];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) i;
        }
        get(client.subscribe(channel));
        assertThat(get(client.publish(channel, payload))).isEqualTo(1);
        assertThat(get(client.publish(channel, new byte[0]))).isEqualTo(1);
        await().until(() -> inbox.size() == 2);
        assertThat(inbox.payloads().getFirst()).isEqualTo(payload);
        assertThat(inbox.payloads().getLast()).isEmpty();
    }

    @Test
    void aMessageMatchedByAPatternComesOnceWhateverItsServer() {
        Inbox inbox = new Inbox();
        PubSubClient client = client(inbox);
        get(client.psubscribe("news.*"));
        for (int i = 0; i < 60; i++) {
            assertThat(get(client.publish("news." + i, new byte[] {1}))).isEqualTo(1);
        }
        await().until(() -> inbox.patternSize() == 60);
        get(client.punsubscribe("news.*"));
        await().until(() -> get(client.publish("news.1", new byte[] {2})) == 0);
        assertThat(inbox.patternSize()).isEqualTo(60);
    }

    @Test
    void thePatternOfEverythingDoesNotShowTheTiersOwnMessages() {
        Inbox inbox = new Inbox();
        PubSubClient client = client(inbox);
        get(client.psubscribe("*"));
        tier.publish(tier.ring());
        get(client.publish("after", new byte[] {1}));
        await().until(() -> inbox.patternSize() > 0);
        assertThat(inbox.patternChannels()).containsExactly("after");
    }

    @Test
    void afterUnsubscribeNothingComes() {
        Inbox inbox = new Inbox();
        PubSubClient client = client(inbox);
        get(client.subscribe(List.of("a", "b")));
        get(client.unsubscribe(List.of("a")));
        int before = inbox.of("a").size();
        get(client.publish("a", new byte[] {1}));
        get(client.publish("b", new byte[] {1}));
        await().until(() -> inbox.of("b").size() == 1);
        await().until(() -> tier.subscribers(0, "a") + tier.subscribers(1, "a") + tier.subscribers(2, "a") == 0);
        assertThat(inbox.of("a")).hasSize(before);
        get(client.subscribe("a"));
        assertThat(get(client.publish("a", new byte[] {1}))).isEqualTo(1);
    }

    @Test
    void subscribingTwiceCompletesTwice() {
        PubSubClient client = client(new Inbox());
        get(client.subscribe(List.of("twice", "twice")));
        get(client.subscribe("twice"));
        assertThat(get(client.publish("twice", new byte[] {1}))).isEqualTo(1);
    }

    @Test
    void aListenerThatThrowsLosesOnlyThatMessage() {
        Inbox inbox = new Inbox();
        PubSubClient client = client((channel, payload) -> {
            if (payload[0] == 0) {
                throw new IllegalStateException("thrown on purpose");
            }
            inbox.onMessage(channel, payload);
        });
        get(client.subscribe("bumpy"));
        for (byte i = 0; i < 3; i++) {
            get(client.publish("bumpy", new byte[] {i}));
        }
        await().until(() -> inbox.size() == 2);
    }

    @Test
    void badInputIsRefusedAtTheCaller() {
        PubSubClient client = client(new Inbox());
        assertThatThrownBy(() -> client.publish("", new byte[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channel name of 0 bytes");
        assertThatThrownBy(() -> client.subscribe("ø".repeat(513)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1026 bytes");
        assertThatThrownBy(() -> client.publish("c", new byte[(1 << 20) + 1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1048577 bytes");
        assertThatThrownBy(() -> client.subscribe("slackwater:test:control"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the tier's own");
        assertThatThrownBy(() -> client.psubscribe("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void moreSubscriptionsThanTheBoundAreRefused() {
        PubSubClient client =
                PubSubClient.connect(tier.settings().maxSubscriptions(3).build(), new Inbox());
        clients.add(client);
        get(client.subscribe(List.of("x", "y", "z")));
        assertThatThrownBy(() -> get(client.subscribe("w"))).hasMessageContaining("maxSubscriptions, 3");
    }

    @Test
    void connectionsAreNamedAndBelongToTheMember() {
        PubSubClient client = client(new Inbox());
        get(client.subscribe("named"));
        Set<String> expected =
                Set.of("slackwater:2:test:" + client.member() + ":s", "slackwater:2:test:" + client.member() + ":p");
        await().untilAsserted(() -> {
            for (int server = 0; server < 3; server++) {
                String list = tier.redis(server).clientList();
                assertThat(expected).allMatch(list::contains);
                assertThat(tier.redis(server).smembers(tier.names.members()))
                        .anyMatch(name -> new String(name, UTF_8).equals(client.member()));
            }
        });
    }
}
