package io.slackwater.client;

import static io.slackwater.client.PublishSubscribeTest.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.slackwater.testkit.FaultProxy.Direction;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The server lives, the network between does not: cut and half-open connections. The node's first address is of no use. */
class ConnectionFaultTest {
    private final Inbox inbox = new Inbox();
    private TestTier tier;
    private PubSubClient client;

    @BeforeEach
    void start() {
        tier = TestTier.behindProxy();
        client = PubSubClient.connect(
                tier.settings()
                        .silence(Duration.ofSeconds(1))
                        .publishTimeout(Duration.ofSeconds(10))
                        .build(),
                inbox);
        get(client.subscribe("c"));
        assertThat(get(client.publish("c", "first".getBytes(UTF_8)))).isEqualTo(1);
        await().until(() -> inbox.size() == 1);
    }

    @AfterEach
    void stop() {
        client.close();
        tier.close();
    }

    @Test
    void cutConnectionsAreMadeAgainAndTheChannelDeliversAgain() {
        tier.proxies.getFirst().cut();
        await().ignoreExceptions().until(() -> get(client.publish("c", "again".getBytes(UTF_8))) == 1);
        await().until(() -> inbox.of("c").contains("again"));
    }

    @Test
    void aConnectionThatAnswersNothingIsGivenUpAndReplaced() {
        tier.proxies.getFirst().swallow(Direction.TO_CLIENT);
        CompletableFuture<Long> unanswered =
                client.publish("c", "lost reply".getBytes(UTF_8)).toCompletableFuture();
        assertThatThrownBy(() -> get(unanswered)).hasCauseInstanceOf(OutcomeUnknownException.class);
        tier.proxies.getFirst().heal().cut();
        await().ignoreExceptions().until(() -> get(client.publish("c", "again".getBytes(UTF_8))) == 1);
        await().until(() -> inbox.of("c").contains("again"));
        assertThat(inbox.of("c")).containsExactly("first", "again");
    }

    @Test
    void whatIsInFlightWhenAConnectionIsCutIsNotSentAgain() {
        tier.servers.getFirst().pause();
        List<CompletableFuture<Long>> inFlight = IntStream.range(0, 100)
                .mapToObj(i -> client.publish("c", ("m" + i).getBytes(UTF_8)).toCompletableFuture())
                .toList();
        await().until(() -> tier.proxies.getFirst().counters().bytesToTarget() > 100 * 30);
        tier.proxies.getFirst().cut();
        // Most were written by then, and have no known outcome. Those that were not may still be sent, once.
        await().until(() -> inFlight.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
        tier.servers.getFirst().resume();
        await().ignoreExceptions().until(() -> get(client.publish("c", "again".getBytes(UTF_8))) == 1);
        await().until(() -> inbox.of("c").contains("again"));
        await().until(() -> inFlight.stream().allMatch(CompletableFuture::isDone));
        assertThat(inFlight.stream().filter(CompletableFuture::isCompletedExceptionally))
                .isNotEmpty()
                .allSatisfy(one -> assertThat(one.exceptionNow()).isInstanceOf(OutcomeUnknownException.class));
        assertThat(inbox.of("c").stream().filter(message -> !message.equals("again")))
                .doesNotHaveDuplicates();
    }
}
