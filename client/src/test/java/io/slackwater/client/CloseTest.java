package io.slackwater.client;

import static io.slackwater.client.PublishSubscribeTest.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.Book;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a client leaves behind: its books, and nothing else. */
class CloseTest {
    @Test
    void theBooksAreLeftAndNoThreadAndNoConnectionStays() {
        try (TestTier tier = TestTier.start(2)) {
            Set<Thread> before = threads();
            Inbox inbox = new Inbox();
            PubSubClient client = PubSubClient.connect(tier.settings().build(), inbox);
            get(client.subscribe("c"));
            for (int i = 0; i < 5; i++) {
                get(client.publish("c", new byte[] {1}));
            }
            await().until(() -> inbox.size() == 5);
            client.close();
            client.close();

            int owner = "n0".equals(tier.ring().table().owner(Slots.of("c"))) ? 0 : 1;
            Map<String, byte[]> books = tier.redis(owner).hgetall(tier.names.books());
            assertThat(books).containsOnlyKeys(Slots.of("c") + ":" + client.member());
            assertThat(new String(books.values().iterator().next(), UTF_8))
                    .as("book, and the epoch of the ring it was counted under")
                    .isEqualTo(new Book(5, 5, 0, 0).encode() + "," + tier.ring().epoch());
            for (int server = 0; server < 2; server++) {
                assertThat(tier.redis(server).smembers(tier.names.members())).isEmpty();
                int each = server;
                await().until(() -> !tier.redis(each).clientList().contains(client.member()));
            }
            await().untilAsserted(() -> {
                Set<Thread> left = threads();
                left.removeAll(before);
                assertThat(left).isEmpty();
            });
        }
    }

    @Test
    void afterCloseCallsFailAndDoNotHang() {
        try (TestTier tier = TestTier.start(1)) {
            PubSubClient client = PubSubClient.connect(tier.settings().build(), new Inbox());
            client.close();
            assertThatThrownBy(() -> get(client.publish("c", new byte[0]))).hasCauseInstanceOf(NotSentException.class);
            assertThatThrownBy(() -> get(client.subscribe("c"))).hasMessageContaining("closed");
            get(client.unsubscribe(java.util.List.of("c")));
            get(client.punsubscribe("c"));
        }
    }

    @Test
    void aTierThatDoesNotAnswerDoesNotHoldUpTheEndForLongerThanItsBound() {
        try (TestTier tier = TestTier.start(1)) {
            PubSubClient client = PubSubClient.connect(
                    tier.settings().closeTimeout(Duration.ofMillis(800)).build(), new Inbox());
            get(client.subscribe("c"));
            get(client.publish("c", new byte[0])); // so that the next one is written at once
            tier.servers.getFirst().pause();
            CompletableFuture<Long> unanswered =
                    client.publish("c", new byte[0]).toCompletableFuture();
            CompletableFuture<Void> waiting = client.subscribe("d").toCompletableFuture();
            long begun = System.nanoTime();
            client.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
            assertThatThrownBy(() -> get(unanswered)).hasCauseInstanceOf(OutcomeUnknownException.class);
            assertThatThrownBy(() -> get(waiting)).isInstanceOf(RuntimeException.class);
            tier.servers.getFirst().resume();
        }
    }

    @Test
    void closingFromTheListenerIsRefusedInsteadOfHanging() {
        CompletableFuture<PubSubClient> self = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        try (TestTier tier = TestTier.start(1);
                PubSubClient client = PubSubClient.connect(tier.settings().build(), (channel, payload) -> {
                    try {
                        get(self).close();
                        thrown.complete(new AssertionError("close() returned"));
                    } catch (IllegalStateException e) {
                        thrown.complete(e);
                    }
                })) {
            self.complete(client);
            get(client.subscribe("c"));
            get(client.publish("c", new byte[0]));
            assertThat(get(thrown)).hasMessageContaining("call it on another thread");
        }
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("slackwater")
                        || thread.getName().startsWith("lettuce"))
                .collect(Collectors.toSet());
    }
}
