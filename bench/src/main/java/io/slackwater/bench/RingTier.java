package io.slackwater.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.slackwater.client.ClientSettings;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSubClient;
import io.slackwater.operator.coordination.CoordinatorMetrics;
import io.slackwater.operator.coordination.CoordinatorThreads;
import io.slackwater.operator.coordination.InMemoryRingStore;
import io.slackwater.operator.coordination.LettuceCoordinator;
import io.slackwater.operator.coordination.NodeAccess;
import io.slackwater.operator.coordination.Snapshot;
import io.slackwater.operator.coordination.Wish;
import io.slackwater.operator.coordination.Wish.Pod;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.PlannerSettings;
import io.slackwater.ring.Ring;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.HandoverSettings;
import io.slackwater.testkit.RedisProcess;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Ours: real servers, a coordinator with its ring in memory, and a client each for publishing and subscribing. */
final class RingTier implements Tier {
    private static final long DEADLINE_SECONDS = 120;

    private final int channels;
    private final int slotsPerBatch;
    private final int subscriptionsPerSecond;
    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<Integer> gone = new ArrayList<>();
    private final CoordinatorThreads threads = new CoordinatorThreads(1);
    private final LettuceCoordinator coordinator = new LettuceCoordinator(
            threads,
            "bench",
            "bench",
            NodeAccess.PLAIN,
            new InMemoryRingStore(),
            new CoordinatorMetrics(new SimpleMeterRegistry(), "bench", "bench"),
            Clock.systemUTC());
    private final PubSubClient subscriber;
    private final PubSubClient publisher;

    /**
     * @param servers how many, at least one
     * @param owners how many of them own slots at first
     * @param subscriptionsPerSecond limit of the move
     */
    RingTier(
            int servers, int owners, int channels, int slotsPerBatch, int subscriptionsPerSecond, Deliveries deliveries)
            throws InterruptedException {
        this.channels = channels;
        this.slotsPerBatch = slotsPerBatch;
        this.subscriptionsPerSecond = subscriptionsPerSecond;
        for (int i = 0; i < servers; i++) {
            this.servers.add(RedisProcess.start());
        }
        own(0, owners);
        subscriber = client((channel, payload) -> deliveries.arrived(payload));
        publisher = client((channel, payload) -> {});
    }

    private PubSubClient client(MessageListener listener) {
        RedisProcess seed = servers.getFirst();
        return PubSubClient.connect(
                ClientSettings.builder("bench", new Address(seed.host(), seed.port()))
                        .build(),
                listener);
    }

    /** Makes the servers of these numbers the owners; returns when they are and nothing moves any more. */
    void own(int from, int to) throws InterruptedException {
        wish(from, to);
        Set<String> uids = IntStream.range(from, to).mapToObj(RingTier::uid).collect(Collectors.toSet());
        await(snapshot -> {
            Ring ring = snapshot.ring();
            return ring != null
                    && ring.handovers().isEmpty()
                    && snapshot.migration() == null
                    && uids.stream()
                            .map(uid -> snapshot.nodes().get(uid))
                            .map(node -> node == null ? "" : node.nodeId())
                            .collect(Collectors.toSet())
                            .equals(Set.copyOf(ring.table().owners()));
        });
    }

    private void wish(int from, int to) {
        coordinator.wish(new Wish(
                IntStream.range(0, servers.size()).mapToObj(this::pod).toList(),
                IntStream.range(from, to).mapToObj(RingTier::uid).collect(Collectors.toSet()),
                false,
                to - from,
                PlannerSettings.DEFAULT,
                0,
                HandoverSettings.DEFAULT,
                slotsPerBatch,
                subscriptionsPerSecond,
                false,
                "",
                false));
    }

    private Pod pod(int number) {
        RedisProcess server = servers.get(number);
        boolean dead = gone.contains(number);
        return new Pod(uid(number), "n" + number, server.host(), server.port(), "", !dead, false, dead, "first");
    }

    private static String uid(int number) {
        return "uid-" + number;
    }

    private void await(Predicate<Snapshot> condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.test(coordinator.snapshot())) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "not done within " + DEADLINE_SECONDS + " s: " + coordinator.snapshot());
            }
            Thread.sleep(2);
        }
    }

    /** Kills a server (SIGKILL), and tells the coordinator that its process has ended, as the operator does when it sees it. */
    void kill(int number) {
        servers.get(number).kill();
        gone.add(number);
        wish(0, servers.size());
    }

    /** The ring in force. */
    Ring ring() {
        return Objects.requireNonNull(coordinator.snapshot().ring(), "no ring yet");
    }

    RedisProcess server(int number) {
        return servers.get(number);
    }

    PubSubClient subscriber() {
        return subscriber;
    }

    /** The numbers of the channels that this server owns now. */
    Set<Integer> channelsOf(int server) {
        Ring ring = ring();
        Snapshot.NodeStatus node =
                Objects.requireNonNull(coordinator.snapshot().nodes().get(uid(server)), "no such node");
        return IntStream.range(0, channels)
                .filter(channel -> node.nodeId().equals(ring.table().owner(Slots.of(Tier.channel(channel)))))
                .boxed()
                .collect(Collectors.toSet());
    }

    @Override
    public void subscribe() throws Exception {
        subscriber
                .subscribe(IntStream.range(0, channels).mapToObj(Tier::channel).toList())
                .toCompletableFuture()
                .get(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> publish(int channel, byte[] payload) {
        return publisher.publish(Tier.channel(channel), payload);
    }

    @Override
    public void move() throws InterruptedException {
        own(1, 2);
    }

    @Override
    public int fencedOff() {
        Snapshot.Migration last = coordinator.snapshot().lastMigration();
        return last == null ? 0 : last.membersFenced();
    }

    /** What is lost, if anything, was never blind: there is no time to name. */
    @Override
    public long backAt(int channel) {
        return System.nanoTime();
    }

    @Override
    public void close() {
        publisher.close();
        subscriber.close();
        coordinator.close();
        threads.close();
        servers.forEach(RedisProcess::close);
    }
}
