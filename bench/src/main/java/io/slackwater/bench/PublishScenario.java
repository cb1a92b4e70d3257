package io.slackwater.bench;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingLookup;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Publishes a second over three servers: the client beside raw Lettuce with one connection a server, the same lookup of the server
 * and the same window of unanswered publishes. Raw Lettuce once as it comes, with a flush for each command, and once flushed by hand
 * after so many. Short slices take turns in one JVM, so that all have the same machine.
 */
final class PublishScenario implements Scenario {
    private static final int CHANNELS = 10_000;
    private static final int IN_FLIGHT = 1_000;
    private static final int SERVERS = 3;
    private static final int FLUSH_EVERY = 32;

    @Override
    public String name() {
        return "publish";
    }

    @Override
    public List<Row> run(boolean smoke) throws Exception {
        RedisClient redis = RedisClient.create();
        redis.setOptions(
                ClientOptions.builder().timeoutOptions(TimeoutOptions.create()).build());
        try (RingTier tier = new RingTier(
                SERVERS,
                SERVERS,
                CHANNELS,
                MoveScenario.SLOTS_PER_BATCH,
                MoveScenario.UNLIMITED,
                new Deliveries(1, 1))) {
            String[] names =
                    IntStream.range(0, CHANNELS).mapToObj(Tier::channel).toArray(String[]::new);
            Raw raw = new Raw(redis, tier.ring(), names, true);
            Raw byHand = new Raw(redis, tier.ring(), names, false);
            long slice = smoke ? 50 : 1_000;
            int slices = smoke ? 1 : 5;
            double[][] rates = new double[3][slices];
            for (int i = -(smoke ? 0 : 3); i < slices; i++) { // the first ones warm up
                double ours = rate(tier::publish, slice);
                double eager = rate(raw, slice);
                double batched = rate(byHand, slice);
                if (i >= 0) {
                    rates[0][i] = ours;
                    rates[1][i] = eager;
                    rates[2][i] = batched;
                }
            }
            double ours = median(rates[0]);
            double eager = median(rates[1]);
            double batched = median(rates[2]);
            return List.of(
                    new Row("ours").with("publishes/s", ours).with("ours ÷ it", 1),
                    new Row("raw Lettuce").with("publishes/s", eager).with("ours ÷ it", ours / eager),
                    new Row("raw Lettuce, flushed every " + FLUSH_EVERY)
                            .with("publishes/s", batched)
                            .with("ours ÷ it", ours / batched));
        } finally {
            redis.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private static double median(double[] values) {
        return Spread.of(values).median();
    }

    /** Publishes for so long with a full window; answered ones count. */
    private static double rate(Traffic.Publisher publisher, long millis) throws InterruptedException {
        Semaphore window = new Semaphore(IN_FLIGHT);
        byte[] payload = new byte[Deliveries.PAYLOAD];
        long begin = System.nanoTime();
        long end = begin + millis * 1_000_000;
        long count = 0;
        while (System.nanoTime() - end < 0) {
            if (!window.tryAcquire()) {
                publisher.flush();
                window.acquire();
            }
            publisher
                    .publish((int) (count++ * 7_919 % CHANNELS), payload)
                    .whenComplete((receivers, failure) -> window.release());
        }
        publisher.flush();
        window.acquire(IN_FLIGHT);
        return count / ((System.nanoTime() - begin) / 1e9);
    }

    /** One connection a server, and the table to choose by. */
    private static final class Raw implements Traffic.Publisher {
        private final RingLookup lookup;
        private final String[] names;
        private final Map<String, StatefulRedisConnection<String, byte[]>> connections = new HashMap<>();
        private final boolean eager;
        private int unflushed;

        Raw(RedisClient redis, Ring ring, String[] names, boolean eager) {
            this.lookup = RingLookup.of(ring.table());
            this.names = names;
            this.eager = eager;
            for (Node node : ring.nodes()) {
                StatefulRedisConnection<String, byte[]> connection = redis.connect(
                        ReloadTier.CODEC,
                        RedisURI.create(node.address().host(), node.address().port()));
                connection.setAutoFlushCommands(eager);
                connections.put(node.id(), connection);
            }
        }

        @Override
        public CompletionStage<?> publish(int channel, byte[] payload) {
            String name = names[channel];
            CompletionStage<?> reply = Objects.requireNonNull(connections.get(lookup.nodeOf(name)))
                    .async()
                    .publish(name, payload);
            if (!eager && ++unflushed >= FLUSH_EVERY) {
                flush();
            }
            return reply;
        }

        @Override
        public void flush() {
            if (!eager) {
                unflushed = 0;
                connections.values().forEach(StatefulRedisConnection::flushCommands);
            }
        }
    }
}
