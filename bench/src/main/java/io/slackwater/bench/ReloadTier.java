package io.slackwater.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.slackwater.testkit.RedisProcess;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * The peer "everybody reloads the ring": at one moment publisher and subscriber learn that the second server owns everything. The
 * publisher goes there at once, the subscriber subscribes there in windows as fast as it can, and then ends what it had.
 */
final class ReloadTier implements Tier {
    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE);
    private static final int WINDOW = 1_000;

    private final int channels;
    private final RedisClient redis = RedisClient.create();
    private final RedisProcess a = RedisProcess.start();
    private final RedisProcess b = RedisProcess.start();
    private final StatefulRedisPubSubConnection<String, byte[]> fromA;
    private final StatefulRedisPubSubConnection<String, byte[]> fromB;
    private final StatefulRedisConnection<String, byte[]> toA = redis.connect(CODEC, RedisURI.create(a.uri()));
    private final StatefulRedisConnection<String, byte[]> toB = redis.connect(CODEC, RedisURI.create(b.uri()));
    private final AtomicLongArray confirmedAt;
    private volatile boolean reloaded;

    ReloadTier(int channels, Deliveries deliveries) {
        this.channels = channels;
        this.confirmedAt = new AtomicLongArray(channels);
        RedisPubSubAdapter<String, byte[]> listener = new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, byte[] message) {
                deliveries.arrived(message);
            }

            @Override
            public void subscribed(String channel, long count) {
                confirmedAt.set(Tier.number(channel), System.nanoTime());
            }
        };
        fromA = redis.connectPubSub(CODEC, RedisURI.create(a.uri()));
        fromB = redis.connectPubSub(CODEC, RedisURI.create(b.uri()));
        fromA.addListener(listener);
        fromB.addListener(listener);
    }

    @Override
    public void subscribe() throws Exception {
        subscribe(fromA);
    }

    private void subscribe(StatefulRedisPubSubConnection<String, byte[]> connection) throws Exception {
        RedisFuture<Void> last = null;
        for (int from = 0; from < channels; from += WINDOW) {
            RedisFuture<Void> former = last;
            last = connection.async().subscribe(window(from));
            if (former != null) {
                former.get(30, TimeUnit.SECONDS);
            }
        }
        if (last != null) {
            last.get(30, TimeUnit.SECONDS);
        }
    }

    private String[] window(int from) {
        return IntStream.range(from, Math.min(channels, from + WINDOW))
                .mapToObj(Tier::channel)
                .toArray(String[]::new);
    }

    @Override
    public CompletionStage<?> publish(int channel, byte[] payload) {
        return (reloaded ? toB : toA).async().publish(Tier.channel(channel), payload);
    }

    @Override
    public void move() throws Exception {
        reloaded = true;
        subscribe(fromB);
        for (int from = 0; from < channels; from += WINDOW) {
            fromA.async().unsubscribe(window(from)).get(30, TimeUnit.SECONDS);
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
