package io.slackwater.bench;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.slackwater.ring.Slots;
import io.slackwater.testkit.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The peer "Redis Cluster with sharded pub/sub": two servers in cluster mode, SSUBSCRIBE and SPUBLISH. Slots move as a resharding
 * moves them, without a key to copy: IMPORTING on the target, MIGRATING on the source, NODE on the target, NODE on the source. The
 * subscriber subscribes on the target in the moment the source tells it that it is unsubscribed; the publisher follows MOVED, and
 * remembers it for the slot.
 */
final class ShardedTier implements Tier {
    private static final String[] CLUSTER = {
        "--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--cluster-allow-replica-migration", "no"
    };

    private final int channels;
    private final int slotsAtOnce;
    private final RedisClient redis = RedisClient.create();
    private final RedisProcess a = RedisProcess.start(CLUSTER);
    private final RedisProcess b = RedisProcess.start(CLUSTER);
    private final StatefulRedisPubSubConnection<String, byte[]> fromA;
    private final StatefulRedisPubSubConnection<String, byte[]> fromB;
    private final StatefulRedisPubSubConnection<String, byte[]> toA;
    private final StatefulRedisPubSubConnection<String, byte[]> toB;
    private final StatefulRedisConnection<String, byte[]> adminA;
    private final StatefulRedisConnection<String, byte[]> adminB;
    private final AtomicIntegerArray moved = new AtomicIntegerArray(Slots.COUNT);
    private final AtomicLongArray endedAt;
    private final AtomicLongArray confirmedAt;

    /** @param slotsAtOnce how many slots are moved together in one pipeline; 1 is what {@code redis-cli --cluster reshard} does */
    ShardedTier(int channels, int slotsAtOnce, Deliveries deliveries) throws Exception {
        this.channels = channels;
        this.slotsAtOnce = slotsAtOnce;
        this.endedAt = new AtomicLongArray(channels);
        this.confirmedAt = new AtomicLongArray(channels);
        redis.setOptions(
                ClientOptions.builder().timeoutOptions(TimeoutOptions.create()).build());
        fromA = redis.connectPubSub(ReloadTier.CODEC, RedisURI.create(a.uri()));
        fromB = redis.connectPubSub(ReloadTier.CODEC, RedisURI.create(b.uri()));
        toA = redis.connectPubSub(ReloadTier.CODEC, RedisURI.create(a.uri()));
        toB = redis.connectPubSub(ReloadTier.CODEC, RedisURI.create(b.uri()));
        adminA = redis.connect(ReloadTier.CODEC, RedisURI.create(a.uri()));
        adminB = redis.connect(ReloadTier.CODEC, RedisURI.create(b.uri()));
        RedisPubSubAdapter<String, byte[]> listener = new RedisPubSubAdapter<>() {
            @Override
            public void smessage(String channel, byte[] message) {
                deliveries.arrived(message);
            }

            @Override
            public void ssubscribed(String channel, long count) {
                confirmedAt.set(Tier.number(channel), System.nanoTime());
            }

            @Override
            public void sunsubscribed(String channel, long count) {
                endedAt.set(Tier.number(channel), System.nanoTime());
                // Its outcome is seen as the confirmation, or as the missing one.
                fromB.async().ssubscribe(channel).exceptionally(failure -> null);
            }
        };
        fromA.addListener(listener);
        fromB.addListener(listener);
        form();
    }

    private void form() throws Exception {
        adminA.sync().clusterAddSlotsRange(Range.create(0, Slots.COUNT - 1));
        adminA.sync().clusterMeet(b.host(), b.port());
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!knowsBoth(adminA) || !knowsBoth(adminB)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(
                        "no cluster after 30 s: " + adminA.sync().clusterInfo());
            }
            Thread.sleep(20);
        }
    }

    private static boolean knowsBoth(StatefulRedisConnection<String, byte[]> admin) {
        String info = admin.sync().clusterInfo();
        return info.contains("cluster_state:ok")
                && info.contains("cluster_known_nodes:2")
                && info.contains("cluster_slots_assigned:16384");
    }

    @Override
    public void subscribe() throws Exception {
        // One command may name channels of one slot only.
        List<RedisFuture<Void>> all = new ArrayList<>();
        IntStream.range(0, channels)
                .mapToObj(Tier::channel)
                .collect(Collectors.groupingBy(Slots::of))
                .values()
                .forEach(names -> all.add(fromA.async().ssubscribe(names.toArray(String[]::new))));
        for (RedisFuture<Void> one : all) {
            one.get(60, TimeUnit.SECONDS);
        }
    }

    @Override
    public CompletionStage<?> publish(int channel, byte[] payload) {
        String name = Tier.channel(channel);
        int slot = Slots.of(name);
        if (moved.get(slot) == 1) {
            return toB.async().spublish(name, payload);
        }
        CompletableFuture<Long> outcome = new CompletableFuture<>();
        toA.async().spublish(name, payload).whenComplete((reply, failure) -> {
            if (failure == null) {
                outcome.complete(reply);
            } else if (String.valueOf(failure.getMessage()).startsWith("MOVED")) {
                moved.set(slot, 1);
                toB.async().spublish(name, payload).whenComplete((again, stillFails) -> {
                    if (stillFails == null) {
                        outcome.complete(again);
                    } else {
                        outcome.completeExceptionally(stillFails);
                    }
                });
            } else {
                outcome.completeExceptionally(failure);
            }
        });
        return outcome;
    }

    @Override
    public void move() throws Exception {
        String source = adminA.sync().clusterMyId();
        String target = adminB.sync().clusterMyId();
        RedisAsyncCommands<String, byte[]> onA = adminA.async();
        RedisAsyncCommands<String, byte[]> onB = adminB.async();
        for (int from = 0; from < Slots.COUNT; from += slotsAtOnce) {
            int[] slots = IntStream.range(from, Math.min(Slots.COUNT, from + slotsAtOnce))
                    .toArray();
            each(slots, slot -> onB.clusterSetSlotImporting(slot, source));
            each(slots, slot -> onA.clusterSetSlotMigrating(slot, target));
            each(slots, slot -> onB.clusterSetSlotNode(slot, target));
            each(slots, slot -> onA.clusterSetSlotNode(slot, target));
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (IntStream.range(0, channels)
                .anyMatch(
                        channel -> endedAt.get(channel) == 0 || confirmedAt.get(channel) - endedAt.get(channel) < 0)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("not all channels were subscribed on the target within 30 s");
            }
            Thread.sleep(2);
        }
    }

    private interface OfSlot {
        RedisFuture<?> of(int slot);
    }

    private static void each(int[] slots, OfSlot command) throws Exception {
        List<RedisFuture<?>> all = new ArrayList<>();
        for (int slot : slots) {
            all.add(command.of(slot));
        }
        for (RedisFuture<?> one : all) {
            one.get(30, TimeUnit.SECONDS);
        }
    }

    @Override
    public long backAt(int channel) {
        return confirmedAt.get(channel);
    }

    @Override
    public void close() {
        redis.shutdown(0, 2, TimeUnit.SECONDS);
        a.close();
        b.close();
    }
}
