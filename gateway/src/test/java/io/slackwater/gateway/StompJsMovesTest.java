package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.micrometer.core.instrument.MeterRegistry;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;
import io.slackwater.client.PubSubClient;
import io.slackwater.testkit.clients.StompJsPackage;
import io.slackwater.testkit.clients.StompJsUsers;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Users of the helper for stompjs on real gateways and real servers: gateway after gateway is drained while messages flow and slots move
 * between the servers. Beside them users of stompjs alone, who come again at once when they are closed: their gap is measured.
 */
class StompJsMovesTest {
    private static final int HELPERS = 8;
    private static final int CHANNELS_EACH = 5;
    private static final int PLAIN = 4;
    private static final int ROUNDS = 16;
    private static final List<String> CHANNELS =
            IntStream.range(0, 20).mapToObj(i -> "move." + i).toList();

    private final Deque<GatewayServer> gateways = new ArrayDeque<>();
    private int started;

    @BeforeAll
    static void install() {
        String missing = StompJsPackage.missing();
        assumeTrue(missing.isEmpty(), "skipped: " + missing);
    }

    @Test
    void hundredsOfTakeoversLoseRepeatAndReorderNothing() throws IOException {
        Map<String, Integer> report = drainOneAfterTheOther(ROUNDS, "");
        assertThat(report).as("report %s", report).containsEntry("lost", 0);
        assertThat(report)
                .as("report %s", report)
                .containsEntry("duplicated", 0)
                .containsEntry("reordered", 0)
                .containsEntry("gaps", 0)
                .containsEntry("connects", HELPERS);
        assertThat(report.get("takeovers")).as("takeovers").isGreaterThan(200);
        assertThat(report.get("plainMissing"))
                .as("who comes again when it is closed misses something, and the check sees it")
                .isPositive();
    }

    @Test
    void whoDeliversBeforeTheOldGatewayHasEndedIsSeen() throws IOException {
        assertThat(drainOneAfterTheOther(4, "broken").get("duplicated")).isPositive();
    }

    /** Both gateways stay open: a client that is told to go may land on the one that it comes from. */
    @Test
    void clientsThatAreShedLoseRepeatAndReorderNothing() throws IOException {
        try (MovingTier tier = new MovingTier();
                Traffic traffic = new Traffic(tier);
                StompJsUsers users = users("")) {
            add(tier);
            add(tier);
            users.reachable(urls());
            users.awaitReady();
            for (int round = 0; round < ROUNDS; round++) {
                Shed shed = (round % 2 == 0 ? gateways.getFirst() : gateways.getLast()).shed();
                shed.order(new ShedRequest("round-" + round, 4, Duration.ZERO, 100, Duration.ofMillis(200)));
                tier.move(CHANNELS.subList(0, 12), round % 2, 1 - round % 2);
                await().atMost(Duration.ofSeconds(60))
                        .until(() ->
                                shed.state().remaining() == 0 && shed.state().staying() == 0);
            }
            Map<String, Integer> report = users.end(traffic.stop());
            assertThat(report)
                    .as("report %s", report)
                    .containsEntry("lost", 0)
                    .containsEntry("duplicated", 0)
                    .containsEntry("reordered", 0)
                    .containsEntry("gaps", 0)
                    .containsEntry("connects", HELPERS);
            assertThat(report.get("takeovers")).as("takeovers").isGreaterThan(50);
            assertThat(traffic.failed.get()).isZero();
        } finally {
            gateways.forEach(GatewayServer::close);
        }
    }

    private Map<String, Integer> drainOneAfterTheOther(int rounds, String how) throws IOException {
        try (MovingTier tier = new MovingTier();
                Traffic traffic = new Traffic(tier);
                StompJsUsers users = users(how)) {
            add(tier);
            add(tier);
            users.reachable(urls());
            users.awaitReady();
            for (int round = 0; round < rounds; round++) {
                add(tier);
                GatewayServer leaving = gateways.removeFirst();
                users.reachable(urls());
                leaving.drain().start(new DrainRequest(100, Duration.ZERO, Duration.ZERO));
                tier.move(CHANNELS.subList(0, 12), round % 2, 1 - round % 2);
                await().atMost(Duration.ofSeconds(60))
                        .until(() -> leaving.drain().state().phase() == Drain.Phase.DRAINED);
                leaving.close();
            }
            Map<String, Integer> report = users.end(traffic.stop());
            assertThat(traffic.failed.get()).isZero();
            return report;
        } finally {
            gateways.forEach(GatewayServer::close);
        }
    }

    private static StompJsUsers users(String how) throws IOException {
        return new StompJsUsers(HELPERS, CHANNELS_EACH, PLAIN, CHANNELS.size(), how);
    }

    private List<String> urls() {
        return gateways.stream()
                .map(gateway -> "ws://127.0.0.1:" + gateway.port() + "/stomp")
                .toList();
    }

    private void add(MovingTier tier) {
        String name = "gateway-" + started++;
        gateways.add(new GatewayServer(
                TestGateway.settings("--threads=1", "--move-time=30000", "--member=" + name),
                new Tier() {
                    @Override
                    public PubSub connect(MessageListener listener, MeterRegistry meters) {
                        return PubSubClient.connect(tier.member(name).build(), listener);
                    }

                    @Override
                    public boolean isConnected() {
                        return true;
                    }
                },
                Authenticator.ALLOW_ALL));
    }

    /** Publishes 1, 2, 3 … on every channel. */
    private static final class Traffic implements AutoCloseable {
        final AtomicInteger failed = new AtomicInteger();
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final PubSubClient client;
        private final Thread thread;
        private volatile int last;

        Traffic(MovingTier tier) {
            client = PubSubClient.connect(tier.member("traffic").build(), (channel, payload) -> {});
            thread = new Thread(this::publish, "traffic");
            thread.start();
        }

        private void publish() {
            for (int n = 1; running.get(); n++) {
                byte[] payload = String.valueOf(n).getBytes(UTF_8);
                for (String channel : CHANNELS) {
                    client.publish(channel, payload).whenComplete((receivers, failure) -> {
                        if (failure != null) {
                            failed.incrementAndGet();
                        }
                    });
                }
                last = n;
                LockSupport.parkNanos(10_000_000);
            }
        }

        /** The last number of each channel. */
        int stop() {
            running.set(false);
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return last;
        }

        @Override
        public void close() {
            stop();
            client.close();
        }
    }
}
