package io.slackwater.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.slackwater.ring.handover.Unreachable;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Members tell the operator which nodes they cannot reach. */
class ReachabilityTest {
    private final Reachability reachability = new Reachability();

    private List<String> at(long millis, String... reached) {
        return reachability.toTell(List.of("n0", "n1"), Set.of(reached), millis);
    }

    @Test
    void a_node_is_told_of_once_it_has_been_missing_for_a_while_and_then_every_second() {
        assertThat(at(0, "n0")).isEmpty();
        assertThat(at(1_499, "n0")).isEmpty();
        assertThat(at(1_500, "n0")).containsExactly("n1");
        assertThat(at(2_499, "n0")).isEmpty();
        assertThat(at(2_500, "n0")).containsExactly("n1");
    }

    @Test
    void one_that_comes_back_begins_anew() {
        at(0, "n0");
        at(1_000, "n0", "n1");
        assertThat(at(1_600, "n0")).isEmpty();
        assertThat(at(3_099, "n0")).isEmpty();
        assertThat(at(3_100, "n0")).containsExactly("n1");
    }

    @Test
    void one_that_has_left_the_ring_is_not_told_of() {
        at(0, "n0");
        assertThat(reachability.toTell(List.of("n0"), Set.of("n0"), 2_000)).isEmpty();
        assertThat(at(2_001, "n0")).isEmpty();
    }

    @Test
    void a_server_that_accepts_and_does_not_answer_is_told_of_through_another_one() {
        try (TestTier tier = TestTier.start(2);
                PubSubClient client = PubSubClient.connect(
                        tier.settings()
                                .member("gateway-7")
                                .silence(Duration.ofSeconds(1))
                                .connectTimeout(Duration.ofMillis(500))
                                .build(),
                        new Inbox())) {
            Queue<Unreachable> reports = new ConcurrentLinkedQueue<>();
            tier.listen(0, message -> {
                if (Unreachable.isReport(message)) {
                    reports.add(Unreachable.decode(message));
                }
            });
            PublishSubscribeTest.warmUp(client, "nobody listens");

            tier.servers.get(1).pause();

            await().until(() -> reports.size() > 1);
            assertThat(reports).containsOnly(new Unreachable("gateway-7", List.of("n1")));
            tier.servers.get(1).resume();
        }
    }
}
