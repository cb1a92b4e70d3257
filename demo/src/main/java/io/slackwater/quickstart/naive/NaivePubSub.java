package io.slackwater.quickstart.naive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisClient;
import io.slackwater.client.MessageListener;
import io.slackwater.client.NotSentException;
import io.slackwater.client.PubSub;
import io.slackwater.ring.Node.Address;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publish and subscribe by "everybody reloads the ring". When a new ring is announced, publishing goes by it at once, each
 * subscription is made on its new server and then ended on its old one, and connections that are of no use any more are closed later.
 */
public final class NaivePubSub implements PubSub {
    private static final Logger LOG = LoggerFactory.getLogger(NaivePubSub.class);
    private static final int POLL_MILLIS = 1_000;
    private static final int CLOSE_AFTER_SECONDS = 3;

    private final MessageListener listener;
    private final RedisClient redis = RedisClient.create();
    private final Map<Address, NaiveNode> nodes = new ConcurrentHashMap<>();
    private final Map<String, Address> subscribed = new HashMap<>();
    private final ScheduledExecutorService worker = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("naive").factory());
    private volatile NaiveRing ring;

    private NaivePubSub(NaiveRing ring, MessageListener listener) {
        this.ring = ring;
        this.listener = listener;
    }

    /** Joins by any of the seeds. @throws RuntimeException if none has a ring */
    public static NaivePubSub connect(List<Address> seeds, MessageListener listener) {
        NaivePubSub made = new NaivePubSub(NaiveRing.of(0, seeds), listener);
        made.worker.execute(() -> seeds.forEach(made::open));
        CompletableFuture.runAsync(made::poll, made.worker).join();
        var unused = made.worker.scheduleWithFixedDelay(made::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
        return made;
    }

    private NaiveNode open(Address address) {
        return nodes.computeIfAbsent(address, missing -> {
            NaiveNode node = new NaiveNode(redis, missing, this::received);
            node.subscribe(List.of(NaiveRing.CONTROL));
            return node;
        });
    }

    private void received(String channel, byte[] payload) {
        if (channel.equals(NaiveRing.CONTROL)) {
            NaiveRing announced = NaiveRing.parse(new String(payload, UTF_8));
            worker.execute(() -> reload(announced));
        } else {
            listener.onMessage(channel, payload);
        }
    }

    /** In case an announcement was missed. */
    private void poll() {
        for (Address address : ring.nodes()) {
            try {
                byte[] text =
                        open(address).get(NaiveRing.KEY).toCompletableFuture().get(1, TimeUnit.SECONDS);
                if (text != null) {
                    reload(NaiveRing.parse(new String(text, UTF_8)));
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (java.util.concurrent.ExecutionException
                    | java.util.concurrent.TimeoutException
                    | RuntimeException e) {
                LOG.debug("{} does not tell the ring: {}", address, e.toString());
            }
        }
    }

    /** On the worker's thread. */
    private void reload(NaiveRing next) {
        if (next.version() <= ring.version()) {
            return;
        }
        next.nodes().forEach(this::open);
        ring = next;
        Map<Address, List<String>> join = new HashMap<>();
        Map<Address, List<String>> leave = new HashMap<>();
        subscribed.replaceAll((channel, before) -> {
            Address now = next.owner(channel);
            if (!now.equals(before)) {
                join.computeIfAbsent(now, n -> new ArrayList<>()).add(channel);
                leave.computeIfAbsent(before, n -> new ArrayList<>()).add(channel);
            }
            return now;
        });
        List<CompletableFuture<Void>> joined = new ArrayList<>();
        join.forEach(
                (node, channels) -> joined.add(open(node).subscribe(channels).toCompletableFuture()));
        CompletableFuture.allOf(joined.toArray(CompletableFuture[]::new))
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(late -> null)
                .join();
        leave.forEach((node, channels) -> open(node).unsubscribe(channels));
        LOG.info(
                "ring {} with {} nodes; {} servers joined",
                next.version(),
                next.nodes().size(),
                join.size());
        var unused = worker.schedule(this::closeUnused, CLOSE_AFTER_SECONDS, TimeUnit.SECONDS);
    }

    private void closeUnused() {
        Set<Address> unused = new HashSet<>(nodes.keySet());
        unused.removeAll(ring.nodes());
        unused.forEach(address -> {
            NaiveNode node = nodes.remove(address);
            if (node != null) {
                node.close();
            }
        });
    }

    @Override
    public CompletionStage<Long> publish(String channel, byte[] payload) {
        NaiveNode node = nodes.get(ring.owner(channel));
        return node == null
                ? CompletableFuture.failedFuture(new NotSentException("no connection to the owner of " + channel))
                : node.publish(channel, payload);
    }

    @Override
    public CompletionStage<Void> subscribe(Collection<String> channels) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            Map<Address, List<String>> byNode = new HashMap<>();
                            channels.forEach(channel -> {
                                Address owner = ring.owner(channel);
                                subscribed.put(channel, owner);
                                byNode.computeIfAbsent(owner, n -> new ArrayList<>())
                                        .add(channel);
                            });
                            return CompletableFuture.allOf(byNode.entrySet().stream()
                                    .map(entry -> open(entry.getKey())
                                            .subscribe(entry.getValue())
                                            .toCompletableFuture())
                                    .toArray(CompletableFuture[]::new));
                        },
                        worker)
                .thenCompose(all -> all);
    }

    @Override
    public CompletionStage<Void> unsubscribe(Collection<String> channels) {
        return CompletableFuture.runAsync(
                () -> channels.forEach(channel -> {
                    Address owner = subscribed.remove(channel);
                    if (owner != null) {
                        open(owner).unsubscribe(List.of(channel));
                    }
                }),
                worker);
    }

    @Override
    public CompletionStage<Void> psubscribe(String pattern) {
        throw new UnsupportedOperationException("the comparison has no patterns");
    }

    @Override
    public CompletionStage<Void> punsubscribe(String pattern) {
        throw new UnsupportedOperationException("the comparison has no patterns");
    }

    @Override
    public void close() {
        worker.shutdownNow();
        redis.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
