package io.slackwater.operator.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import io.slackwater.client.NotSentException;
import io.slackwater.client.PubSub;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The checker sees what it is there for. */
class TrafficCheckerTest {
    /** A tier in memory that does to one message what it is told. */
    private static final class Bus {
        final TrafficChecker checker = new TrafficChecker(2, 1);
        final List<byte[]> heldBack = new ArrayList<>();
        final String fault;
        int count;

        Bus(String fault) {
            this.fault = fault;
        }

        synchronized CompletionStage<Long> publish(String channel, byte[] payload) {
            boolean special = ++count == 10;
            if (special && fault.equals("not sent")) {
                return CompletableFuture.failedFuture(new NotSentException("test"));
            }
            checker.listener(0).onMessage(channel, payload.clone());
            if (special && fault.equals("late")) {
                heldBack.add(payload);
                return CompletableFuture.completedFuture(2L);
            }
            if (!(special && fault.equals("lost"))) {
                checker.listener(1).onMessage(channel, payload.clone());
            }
            if (special && fault.equals("duplicated")) {
                checker.listener(1).onMessage(channel, payload.clone());
            }
            if (count == 40 && !heldBack.isEmpty()) {
                checker.listener(1).onMessage(channel, heldBack.removeFirst());
            }
            return CompletableFuture.completedFuture(2L);
        }

        PubSub client() {
            return new PubSub() {
                @Override
                public CompletionStage<Long> publish(String channel, byte[] payload) {
                    return Bus.this.publish(channel, payload);
                }

                @Override
                public CompletionStage<Void> subscribe(Collection<String> channels) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public CompletionStage<Void> unsubscribe(Collection<String> channels) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public CompletionStage<Void> psubscribe(String pattern) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public CompletionStage<Void> punsubscribe(String pattern) {
                    return CompletableFuture.completedFuture(null);
                }

                @Override
                public void close() {}
            };
        }

        TrafficChecker.Result run() throws InterruptedException {
            checker.start(List.of(client(), client()), 5_000);
            Awaitility.await().until(() -> checker.published() > 100);
            return checker.stop(Duration.ofMillis(200));
        }
    }

    @Test
    void a_good_tier() throws Exception {
        TrafficChecker.Result result = new Bus("").run();
        assertThat(result.delivered()).isEqualTo(result.published() * 2).isEqualTo(result.counted());
        assertThat(result.lost() + result.duplicated() + result.late() + result.disagreements())
                .isZero();
    }

    @Test
    void one_lost() throws Exception {
        TrafficChecker.Result result = new Bus("lost").run();
        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.disagreements()).isEqualTo(1);
    }

    @Test
    void one_duplicated() throws Exception {
        assertThat(new Bus("duplicated").run().duplicated()).isEqualTo(1);
    }

    @Test
    void one_late() throws Exception {
        TrafficChecker.Result result = new Bus("late").run();
        assertThat(result.late()).isEqualTo(1);
        assertThat(result.lost()).isZero();
        assertThat(result.disagreements()).isEqualTo(1);
    }

    @Test
    void one_that_was_not_sent_is_not_lost() throws Exception {
        TrafficChecker.Result result = new Bus("not sent").run();
        assertThat(result.notSent()).isEqualTo(1);
        assertThat(result.lost()).isZero();
    }
}
