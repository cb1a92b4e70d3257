package io.slackwater.bench;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.slackwater.client.PubSubClient;
import io.slackwater.testkit.RedisProcess;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * A million channels on one server with its default limits: how many are there when the driver says that all are, how long it took,
 * and what another client's PING felt meanwhile. The client beside raw Lettuce, one SUBSCRIBE for each channel, all in one pipeline.
 */
final class MillionScenario implements Scenario {
    private static final int WINDOW = 1_000;
    private static final long LIMIT_SECONDS = 120;

    @Override
    public String name() {
        return "subscribe-million";
    }

    @Override
    public List<Row> run(boolean smoke) throws Exception {
        String[] names = IntStream.range(0, smoke ? 5_000 : 1_000_000)
                .mapToObj(Tier::channel)
                .toArray(String[]::new);
        return List.of(ours(names), raw(names));
    }

    private interface Subscribing {
        void run() throws Exception;
    }

    private static Row ours(String[] names) throws Exception {
        try (RingTier tier = new RingTier(
                1, 1, names.length, MoveScenario.SLOTS_PER_BATCH, MoveScenario.UNLIMITED, new Deliveries(1, 1))) {
            PubSubClient client = tier.subscriber();
            return measure(
                    "ours",
                    tier.server(0),
                    names,
                    () -> client.subscribe(Arrays.asList(names))
                            .toCompletableFuture()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS));
        }
    }

    private static Row raw(String[] names) throws Exception {
        RedisClient redis = RedisClient.create();
        redis.setOptions(
                ClientOptions.builder().timeoutOptions(TimeoutOptions.create()).build());
        try (RedisProcess server = RedisProcess.start();
                StatefulRedisPubSubConnection<String, byte[]> connection =
                        redis.connectPubSub(ReloadTier.CODEC, RedisURI.create(server.uri()))) {
            return measure("raw Lettuce", server, names, () -> {
                RedisFuture<?>[] all = new RedisFuture<?>[names.length];
                for (int i = 0; i < names.length; i++) {
                    all[i] = connection.async().subscribe(names[i]);
                }
                for (RedisFuture<?> one : all) {
                    one.await(LIMIT_SECONDS, TimeUnit.SECONDS);
                }
            });
        } finally {
            redis.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private static Row measure(String subject, RedisProcess server, String[] names, Subscribing subscribing)
            throws Exception {
        double before = usedMegabytes();
        long[] pings;
        double seconds;
        try (Pings other = new Pings(server)) {
            Thread.sleep(200);
            other.begin();
            long begin = System.nanoTime();
            subscribing.run();
            seconds = (System.nanoTime() - begin) / 1e9;
            pings = other.end();
        }
        double megabytes = usedMegabytes() - before;
        return new Row(subject)
                .with("channels asked for", names.length)
                .with("missing on the server", (double) (names.length - present(server, names)))
                .with("s", seconds)
                .with("PING of another client p50, ms", Deliveries.millis(pings, 0.5))
                .with("p99, ms", Deliveries.millis(pings, 0.99))
                .with("max, ms", Deliveries.millis(pings, 1))
                .with("heap of the client, MB", megabytes);
    }

    /** How many of the channels have a subscriber, asked in windows, once the number has stopped growing. */
    private static long present(RedisProcess server, String[] names) throws InterruptedException {
        RedisClient redis = RedisClient.create(server.uri());
        try {
            var commands = redis.connect().sync();
            long last = -1;
            while (true) {
                long present = 0;
                for (int from = 0; from < names.length; from += WINDOW) {
                    String[] window = Arrays.copyOfRange(names, from, Math.min(names.length, from + WINDOW));
                    present += commands.pubsubNumsub(window).values().stream()
                            .filter(count -> count > 0)
                            .count();
                }
                if (present == last || present == names.length) {
                    return present;
                }
                last = present;
                Thread.sleep(1_000);
            }
        } finally {
            redis.shutdown(0, 2, TimeUnit.SECONDS);
        }
    }

    private static double usedMegabytes() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            System.gc();
            Thread.sleep(50);
        }
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) / 1e6;
    }
}
