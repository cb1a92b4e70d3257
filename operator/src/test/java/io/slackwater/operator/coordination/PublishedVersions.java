package io.slackwater.operator.coordination;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.testkit.RedisProcess;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;

/** Listens to what a coordinator publishes on one node, and notes in which versions of the protocol. */
final class PublishedVersions implements AutoCloseable {
    private static final int VERSION_OFFSET = 4;

    private final RedisClient redis;
    private final Set<Integer> versions = new ConcurrentSkipListSet<>();

    PublishedVersions(RedisProcess server, String cluster) {
        redis = RedisClient.create("redis://" + server.host() + ":" + server.port());
        var connection = redis.connectPubSub(ByteArrayCodec.INSTANCE);
        connection.addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] channel, byte[] ring) {
                versions.add((int) ring[VERSION_OFFSET]);
            }
        });
        connection.sync().clientSetname((ClientList.OPERATOR_PREFIX + cluster).getBytes(UTF_8)); // no stranger
        connection.sync().subscribe(new ClusterNames(cluster).control().getBytes(UTF_8));
    }

    Set<Integer> versions() {
        return new TreeSet<>(versions);
    }

    @Override
    public void close() {
        redis.shutdown();
    }
}
