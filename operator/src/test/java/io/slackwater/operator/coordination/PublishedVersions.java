package io.slackwater.operator.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.testkit.RedisProcess;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Listens to what a coordinator publishes on one node, and notes in which versions of the protocol, one after the other. */
final class PublishedVersions implements AutoCloseable {
    private static final int VERSION_OFFSET = 4;

    private final RedisClient redis;
    private final List<Integer> versions = new CopyOnWriteArrayList<>();

    PublishedVersions(RedisProcess server, String cluster) {
        redis = RedisClient.create("redis://" + server.host() + ":" + server.port());
        var connection = redis.connectPubSub(ByteArrayCodec.INSTANCE);
        connection.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] channel, byte[] ring) {
                int version = ring[VERSION_OFFSET];
                if (versions.isEmpty() || versions.getLast() != version) {
                    versions.add(version);
                }
            }
        });
        connection.sync().clientSetname((ClientList.OPERATOR_PREFIX + cluster).getBytes(UTF_8)); // no stranger
        connection.sync().subscribe(new ClusterNames(cluster).control().getBytes(UTF_8));
    }

    /** Changes only: 2, 1 if all in version 2 came before all in version 1. */
    List<Integer> versions() {
        return List.copyOf(versions);
    }

    @Override
    public void close() {
        redis.shutdown();
    }
}
