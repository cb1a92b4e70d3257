package io.slackwater.client;

import static io.slackwater.client.PublishSubscribeTest.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.slackwater.ring.Phase;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotSet;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.Book;
import io.slackwater.ring.handover.HandoverSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slots move from one server to another while two members publish and subscribe; the test plays the coordinator. */
class HandoverTest {
    private static final List<String> CHANNELS =
            IntStream.range(0, 200).mapToObj(i -> "room-" + i).toList();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void nothingIsLostDuplicatedOrReorderedWhileSlotsMove(int publishersPerNode) throws Exception {
        move(TestTier.start(2, 1), publishersPerNode);
    }

    @Test
    void nothingIsWithTlsAndLimitedRightsEither() throws Exception {
        move(TestTier.secured(2, 1, new TierSecurity("test")), 2);
    }

    private static void move(TestTier started, int publishersPerNode) throws Exception {
        try (TestTier tier = started;
                Acks acks = new Acks(tier);
                TrafficMember one = new TrafficMember(tier, "one", publishersPerNode);
                TrafficMember two = new TrafficMember(tier, "two", publishersPerNode)) {
            one.start();
            two.start();
            await().atMost(30, SECONDS).until(() -> one.sent.get() > 500 && two.sent.get() > 500);

            SlotSet slots =
                    SlotSet.of(CHANNELS.subList(0, 120).stream().map(Slots::of).toList());
            long id = tier.ring().epoch() + 1;
            for (Phase phase : Phase.values()) {
                Ring ring = tier.moving(id, "n0", "n1", slots, phase);
                tier.announce(ring);
                int answers = phase == Phase.COMMIT ? 2 * publishersPerNode : 2;
                await(phase.name())
                        .atMost(30, SECONDS)
                        .until(() -> acks.of(phase, ring.epoch()).count() == answers);
            }
            Book sum = acks.of(Phase.FENCE, tier.ring().epoch())
                    .map(ack -> ack.book() == null ? Book.EMPTY : ack.book())
                    .reduce(Book.EMPTY, Book::plus);
            tier.announce(tier.given(slots, "n1"));
            int sentBefore = one.sent.get();
            await().atMost(30, SECONDS).until(() -> one.sent.get() > sentBefore + 300);
            one.stop();
            two.stop();

            assertThat(sum.receivers()).isPositive().isEqualTo(sum.deliveries());
            assertThat(sum.unknown() + sum.interruptions()).isZero();
            assertThat(one.failed.get() + two.failed.get()).isZero();
            int sent = one.sent.get() + two.sent.get();
            await().atMost(30, SECONDS).until(() -> one.received() >= sent && two.received() >= sent);
            assertThat(one.received()).isEqualTo(sent);
            one.assertEachPublisherInOrder();
            for (String channel : CHANNELS) {
                assertThat(one.of(channel)).isEqualTo(two.of(channel));
            }
            String moved = CHANNELS.getFirst();
            await().atMost(30, SECONDS).until(() -> tier.subscribers(0, moved) == 0 && tier.subscribers(1, moved) == 2);
        }
    }

    @Test
    void whoReloadsInsteadLosesMessages() throws Exception {
        // The same traffic and the same check on a ring that changes at once: the check can see a loss.
        try (TestTier tier = TestTier.start(2, 1);
                TrafficMember one = new TrafficMember(tier, "one", 1);
                TrafficMember two = new TrafficMember(tier, "two", 1)) {
            one.start();
            two.start();
            for (int round = 0; round < 10; round++) {
                int before = one.sent.get();
                await().atMost(30, SECONDS).until(() -> one.sent.get() > before + 100);
                tier.announce(
                        tier.given(SlotSet.of(CHANNELS.stream().map(Slots::of).toList()), "n" + (1 - round % 2)));
            }
            one.stop();
            two.stop();
            await().atMost(30, SECONDS).during(Duration.ofMillis(500)).until(() -> true);
            int sent = one.sent.get() + two.sent.get();
            assertThat(one.received() + two.received()).isLessThan(2 * sent);
        }
    }

    /** The coordinator's ear. */
    private static final class Acks implements AutoCloseable {
        private final RedisClient redis = RedisClient.create();
        private final List<Ack> seen = new CopyOnWriteArrayList<>();

        Acks(TestTier tier) {
            for (int server = 0; server < tier.servers.size(); server++) {
                StatefulRedisPubSubConnection<String, byte[]> connection =
                        redis.connectPubSub(PayloadCodec.INSTANCE, tier.uri(server));
                connection.addListener(new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String channel, byte[] message) {
                        seen.add(Ack.decode(message));
                    }
                });
                connection.sync().subscribe(tier.names.acks());
            }
        }

        java.util.stream.Stream<Ack> of(Phase phase, long epoch) {
            return seen.stream().filter(ack -> ack.phase() == phase && ack.phaseEpoch() == epoch);
        }

        @Override
        public void close() {
            redis.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** Publishes on all channels in turn, {@code publisher:n} each, and keeps all it receives. */
    private static final class TrafficMember implements MessageListener, AutoCloseable {
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        private final Map<String, List<String>> received = new HashMap<>();
        private final AtomicInteger count = new AtomicInteger();
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final String name;
        private final PubSubClient client;
        private final Thread thread;

        TrafficMember(TestTier tier, String name, int publishersPerNode) {
            this.name = name;
            this.client = PubSubClient.connect(
                    tier.settings()
                            .memberPrefix(name)
                            .publishersPerNode(publishersPerNode)
                            // Longer than any machine is busy: the test is about the protocol, not about time.
                            .handover(new HandoverSettings(500, 250, 10_000, 30_000, 16 << 20, 4))
                            .build(),
                    this);
            this.thread = new Thread(this::publishAll, "traffic-" + name);
            get(client.subscribe(CHANNELS));
        }

        void start() {
            thread.start();
        }

        private void publishAll() {
            Semaphore inFlight = new Semaphore(100);
            for (int n = 0; running.get(); n++) {
                inFlight.acquireUninterruptibly();
                sent.incrementAndGet();
                client.publish(CHANNELS.get(n % CHANNELS.size()), (name + ":" + n).getBytes(UTF_8))
                        .whenComplete((receivers, failure) -> {
                            inFlight.release();
                            if (failure != null || receivers == null || receivers == 0) {
                                failed.incrementAndGet();
                            }
                        });
                if (n % 50 == 0) {
                    client.mark(CHANNELS.get(n % CHANNELS.size()), new Mark("marks-of-a-member-" + name, n + 1));
                }
                if (n % 20 == 0) {
                    java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
                }
            }
            inFlight.acquireUninterruptibly(100);
        }

        void stop() throws InterruptedException {
            running.set(false);
            thread.join(10_000);
        }

        @Override
        public void onMessage(String channel, byte[] payload) {
            synchronized (received) {
                received.computeIfAbsent(channel, c -> new ArrayList<>()).add(new String(payload, UTF_8));
            }
            count.incrementAndGet();
        }

        /** Marks count in the books like messages, and are to have one place among them for everybody. */
        @Override
        public void onMark(String channel, Mark mark) {
            synchronized (received) {
                received.computeIfAbsent(channel, c -> new ArrayList<>()).add(mark.key() + ":" + mark.number());
            }
        }

        int received() {
            return count.get();
        }

        List<String> of(String channel) {
            synchronized (received) {
                return List.copyOf(received.getOrDefault(channel, List.of()));
            }
        }

        void assertEachPublisherInOrder() {
            for (String channel : CHANNELS) {
                Map<String, Integer> last = new HashMap<>();
                for (String message : of(channel)) {
                    String[] parts = message.split(":", -1);
                    int n = Integer.parseInt(parts[1]);
                    assertThat(n).as(channel + " " + message).isGreaterThan(last.getOrDefault(parts[0], -1));
                    last.put(parts[0], n);
                }
            }
        }

        @Override
        public void close() {
            running.set(false);
            client.close();
        }
    }
}
