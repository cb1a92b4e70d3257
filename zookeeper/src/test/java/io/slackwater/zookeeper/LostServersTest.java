package io.slackwater.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.slackwater.client.ClientSettings;
import io.slackwater.client.PubSubClient;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.testkit.RedisProcess;
import io.slackwater.testkit.ZooKeeperEnsemble;
import io.slackwater.zookeeper.Publication.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One server of three is killed, or all are: members go on, and new ones find the tier. */
class LostServersTest {
    private static final ClusterNames NAMES = new ClusterNames("test");

    @SuppressWarnings("NullAway.Init")
    private static RedisProcess redis;

    @SuppressWarnings("NullAway.Init")
    private static RedisClient lettuce;

    private final ZooKeeperEnsemble ensemble = Servers.ensemble();
    private final Layout layout = Servers.layout();

    @BeforeAll
    static void tier() {
        redis = RedisProcess.start();
        lettuce = RedisClient.create("redis://" + redis.host() + ":" + redis.port());
        RedisCommands<byte[], byte[]> commands =
                lettuce.connect(ByteArrayCodec.INSTANCE).sync();
        commands.set(NAMES.node().getBytes(UTF_8), "n0".getBytes(UTF_8));
        commands.set(NAMES.ring().getBytes(UTF_8), RingCodec.encode(ring(1)));
    }

    @AfterAll
    static void end() {
        lettuce.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        redis.close();
    }

    @AfterEach
    void all_servers_are_back() {
        ensemble.restart();
    }

    @Test
    void the_leader_is_killed_under_traffic() throws Exception {
        try (CuratorFramework operators = Servers.client();
                Publishing publishing = new Publishing(operators);
                CuratorFramework members = Servers.client();
                Directory directory = Directory.open(members, layout);
                PubSubClient publisher = join(directory);
                Traffic traffic = new Traffic(publisher);
                PubSubClient subscriber = PubSubClient.connect(seeded(), traffic::arrived);
                Membership membership = Membership.join(members, layout, publisher.member(), "")) {
            traffic.start(subscriber);
            publishing.awaitEpoch(3);
            await().atMost(Servers.PATIENCE)
                    .until(() -> Membership.present(operators, layout).contains(publisher.member()));

            int leader = ensemble.leader();
            ensemble.kill(leader);

            // The others have elected one, and writes go on from where they were.
            long published = publishing.epoch();
            publishing.awaitEpoch(published + 3);
            assertThat(ensemble.leader()).isNotIn(-1, leader);
            assertThat(publishing.refused()).isZero();

            // Who is there stays there, and who comes finds the tier, without a seed.
            await().atMost(Servers.PATIENCE)
                    .until(() -> Membership.present(operators, layout).contains(publisher.member()));
            try (CuratorFramework fresh = Servers.client();
                    Directory asked = Directory.open(fresh, layout);
                    PubSubClient newcomer = join(asked);
                    Membership second = Membership.join(fresh, layout, newcomer.member(), "")) {
                assertThat(newcomer.publish("news", new byte[1]).toCompletableFuture())
                        .succeedsWithin(Duration.ofSeconds(5));
                await().atMost(Servers.PATIENCE)
                        .until(() -> Membership.present(operators, layout)
                                .containsAll(List.of(publisher.member(), newcomer.member())));
            }
            traffic.awaitMore(50);
            assertThat(traffic.end()).as("messages lost").isEmpty();
        }
    }

    @Test
    void without_zookeeper_the_last_answer_holds_and_seeds_are_enough() throws Exception {
        try (CuratorFramework client = Servers.client();
                Directory directory = Directory.open(client, layout)) {
            new Publication(client, layout, "default/test").publish(ring(1));
            await().atMost(Servers.PATIENCE).until(() -> !directory.get().isEmpty());

            for (int i = 0; i < ensemble.size(); i++) {
                ensemble.kill(i);
            }

            await().atMost(Servers.PATIENCE)
                    .until(() -> !client.getZookeeperClient().isConnected());
            join(directory).close();
            try (CuratorFramework late = Servers.client();
                    Directory empty = Directory.open(late, layout);
                    PubSubClient seeded = PubSubClient.connect(
                            seededBuilder().directory(empty).build(), (channel, payload) -> {})) {
                assertThat(empty.get()).isEmpty();
                assertThat(seeded.publish("news", new byte[1]).toCompletableFuture())
                        .succeedsWithin(Duration.ofSeconds(5));

                ensemble.restart();

                await().atMost(Servers.PATIENCE).until(() -> !empty.get().isEmpty());
            }
        }
    }

    /** Without a seed. */
    private static PubSubClient join(Directory directory) {
        return PubSubClient.connect(
                ClientSettings.builder("test").directory(directory).build(), (channel, payload) -> {});
    }

    private static ClientSettings seeded() {
        return seededBuilder().build();
    }

    private static io.slackwater.client.ClientSettingsBuilder seededBuilder() {
        return ClientSettings.builder("test", new Address(redis.host(), redis.port()));
    }

    private static Ring ring(long epoch) {
        return Servers.ring(epoch, 1, new Address(redis.host(), redis.port()));
    }

    /** Publishes one epoch after the other, as an operator does in a move. */
    private final class Publishing implements AutoCloseable {
        private final AtomicLong epoch = new AtomicLong();
        private final AtomicInteger refused = new AtomicInteger();
        private final AtomicBoolean end = new AtomicBoolean();
        private final Thread thread;

        Publishing(CuratorFramework client) {
            Publication publication = new Publication(client, layout, "default/test");
            thread = Thread.ofPlatform().start(() -> publish(publication));
        }

        private void publish(Publication publication) {
            for (long next = 1; !end.get(); ) {
                try {
                    if (publication.publish(ring(next)) instanceof Outcome.Refused) {
                        refused.incrementAndGet();
                    }
                    epoch.set(next++);
                } catch (PublicationException again) {
                    continue;
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        long epoch() {
            return epoch.get();
        }

        int refused() {
            return refused.get();
        }

        void awaitEpoch(long least) {
            await().atMost(Servers.PATIENCE).until(() -> epoch.get() >= least);
        }

        @Override
        public void close() throws InterruptedException {
            end.set(true);
            thread.join();
        }
    }

    /** Numbered messages, one after the other, and which of them have arrived. */
    private static final class Traffic implements AutoCloseable {
        private final PubSubClient publisher;
        private final Set<Integer> sent = ConcurrentHashMap.newKeySet();
        private final Set<Integer> arrived = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean end = new AtomicBoolean();
        private final Thread thread = Thread.ofPlatform().unstarted(this::send);

        Traffic(PubSubClient publisher) {
            this.publisher = publisher;
        }

        void start(PubSubClient subscriber) {
            subscriber.subscribe(List.of("numbers")).toCompletableFuture().join();
            thread.start();
        }

        private void send() {
            for (int number = 0; !end.get(); number++) {
                publisher
                        .publish("numbers", Integer.toString(number).getBytes(UTF_8))
                        .toCompletableFuture()
                        .join();
                sent.add(number);
            }
        }

        void arrived(String channel, byte[] payload) {
            if (channel.equals("numbers")) {
                arrived.add(Integer.valueOf(new String(payload, UTF_8)));
            }
        }

        void awaitMore(int messages) {
            int before = sent.size();
            await().atMost(Servers.PATIENCE).until(() -> sent.size() >= before + messages);
        }

        /** What was sent and has not arrived. */
        Set<Integer> end() throws InterruptedException {
            close();
            await().atMost(Duration.ofSeconds(5)).until(() -> arrived.containsAll(sent));
            Set<Integer> lost = ConcurrentHashMap.newKeySet();
            lost.addAll(sent);
            lost.removeAll(arrived);
            return lost;
        }

        @Override
        public void close() throws InterruptedException {
            end.set(true);
            thread.join();
        }
    }
}
