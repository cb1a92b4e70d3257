package io.slackwater.quickstart.naive;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.slackwater.ring.Node.Address;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;

/** Connections to one server: one that subscribes, one that publishes. Thread-safe. */
final class NaiveNode implements AutoCloseable {
    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final StatefulRedisPubSubConnection<String, byte[]> subscriber;
    private final StatefulRedisConnection<String, byte[]> publisher;

    NaiveNode(RedisClient redis, Address address, BiConsumer<String, byte[]> listener) {
        RedisURI uri = RedisURI.create(address.host(), address.port());
        subscriber = redis.connectPubSub(CODEC, uri);
        publisher = redis.connect(CODEC, uri);
        subscriber.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, byte[] message) {
                listener.accept(channel, message);
            }
        });
    }

    CompletionStage<Void> subscribe(Collection<String> channels) {
        return subscriber.async().subscribe(channels.toArray(String[]::new));
    }

    CompletionStage<Void> unsubscribe(Collection<String> channels) {
        return subscriber.async().unsubscribe(channels.toArray(String[]::new));
    }

    CompletionStage<Long> publish(String channel, byte[] payload) {
        return publisher.async().publish(channel, payload);
    }

    CompletionStage<byte[]> get(String key) {
        return publisher.async().get(key);
    }

    CompletionStage<String> set(String key, byte[] value) {
        return publisher.async().set(key, value);
    }

    @Override
    public void close() {
        var unused = CompletableFuture.allOf(subscriber.closeAsync(), publisher.closeAsync());
    }
}
