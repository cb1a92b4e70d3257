package io.slackwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.KillArgs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A connection that ends takes its subscriptions with it: all of them come back, under the server's default limits. */
class ReconnectTest {
    private static final int CHANNELS = 100_000;

    @Test
    void everyChannelIsSubscribedAgainAndNoneIsMissing() {
        List<String> channels =
                IntStream.range(0, CHANNELS).mapToObj(i -> "user-" + i).toList();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (TestTier tier = TestTier.start(2);
                PubSubClient client =
                        PubSubClient.connect(tier.settings().meters(meters).build(), new Inbox())) {
            client.subscribe(channels)
                    .toCompletableFuture()
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertThat(missing(tier, channels)).isEmpty();

            for (int server = 0; server < 2; server++) {
                tier.redis(server).clientKill(KillArgs.Builder.typePubsub());
            }
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> meters.get("slackwater.client.subscriptions.unready")
                                    .gauge()
                                    .value()
                            > 0);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> meters.get("slackwater.client.subscriptions.unready")
                                    .gauge()
                                    .value()
                            == 0);
            assertThat(missing(tier, channels)).isEmpty();
        }
    }

    /** What neither server has exactly one subscription of. */
    private static List<String> missing(TestTier tier, List<String> channels) {
        List<String> missing = new ArrayList<>();
        for (int from = 0; from < channels.size(); from += 1_000) {
            String[] part = channels.subList(from, Math.min(channels.size(), from + 1_000))
                    .toArray(String[]::new);
            Map<String, Long> on0 = tier.redis(0).pubsubNumsub(part);
            Map<String, Long> on1 = tier.redis(1).pubsubNumsub(part);
            for (String channel : part) {
                if (on0.getOrDefault(channel, 0L) + on1.getOrDefault(channel, 0L) != 1) {
                    missing.add(channel);
                }
            }
        }
        return missing;
    }
}
