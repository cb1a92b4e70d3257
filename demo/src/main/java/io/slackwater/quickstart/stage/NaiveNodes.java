package io.slackwater.quickstart.stage;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.slackwater.quickstart.naive.NaiveRing;
import io.slackwater.quickstart.stage.TierState.NodeState;
import io.slackwater.quickstart.traffic.TrafficPlan;
import io.slackwater.ring.Node.Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The same servers without an operator: a new ring is written to all of them and announced on all of them, and servers that are not in it
 * end when everybody has had time to reload. Thread-safe.
 */
public final class NaiveNodes implements PubSubTier, AutoCloseable {
    private static final int START_SECONDS = 30;
    private static final long SECONDS_TO_RELOAD = 5;

    private final Machine machine;
    private final int first;
    private final int channels;
    private final RedisClient redis = RedisClient.create();
    private final List<String> pods = new ArrayList<>();
    private final Map<String, Address> addresses = new HashMap<>();
    private int made;
    private NaiveRing ring = NaiveRing.of(0, List.of());
    private volatile boolean busy;
    private volatile String failure = "";
    private Map<Address, Integer> shares = Map.of();

    /** @param first number of servers to begin with */
    public NaiveNodes(Machine machine, int first, int channels) {
        this.machine = machine;
        this.first = first;
        this.channels = channels;
    }

    @Override
    public void start() {
        resize(first);
    }

    @Override
    public void scale(int nodes) {
        busy = true;
        Thread.ofPlatform().daemon().name("naive-scale").start(() -> {
            try {
                resize(nodes);
            } catch (RuntimeException e) {
                failure = String.valueOf(e.getMessage());
            } finally {
                busy = false;
            }
        });
    }

    private void resize(int nodes) {
        List<String> added = new ArrayList<>();
        synchronized (this) {
            for (int i = pods.size(); i < nodes; i++) {
                added.add("naive-" + made++);
            }
        }
        added.forEach(name -> machine.create(Pods.redis(name)));
        Map<String, Address> ready = new HashMap<>();
        added.forEach(name -> ready.put(name, new Address(machine.awaitReady(name, START_SECONDS), Pods.REDIS_PORT)));
        List<String> removed;
        List<Address> everybody;
        NaiveRing next;
        synchronized (this) {
            pods.addAll(added);
            addresses.putAll(ready);
            everybody = pods.stream().map(addresses::get).toList();
            removed = List.copyOf(pods.subList(nodes, pods.size()));
            next = NaiveRing.of(ring.version() + 1, everybody.subList(0, nodes));
            ring = next;
            shares = shares(next);
        }
        announce(next, everybody);
        if (!removed.isEmpty()) {
            sleep();
            removed.forEach(name -> machine.client()
                    .pods()
                    .inNamespace(Machine.NAMESPACE)
                    .withName(name)
                    .delete());
            synchronized (this) {
                pods.removeAll(removed);
            }
        }
    }

    /** The key first, everywhere: who is told of a new ring must find it. */
    private void announce(NaiveRing next, List<Address> everybody) {
        List<StatefulRedisConnection<String, String>> connections = everybody.stream()
                .map(address -> redis.connect(RedisURI.create(address.host(), address.port())))
                .toList();
        connections.forEach(connection -> connection.sync().set(NaiveRing.KEY, next.text()));
        connections.forEach(connection -> {
            var unused = connection.async().publish(NaiveRing.CONTROL, next.text());
        });
        connections.forEach(connection -> connection.sync().ping());
        connections.forEach(StatefulRedisConnection::close);
    }

    private static void sleep() {
        try {
            TimeUnit.SECONDS.sleep(SECONDS_TO_RELOAD);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<Address, Integer> shares(NaiveRing of) {
        Map<Address, Integer> counted = new HashMap<>();
        for (int channel = 0; channel < channels; channel++) {
            counted.merge(of.owner(TrafficPlan.name(channel)), 1, Integer::sum);
        }
        return counted;
    }

    @Override
    public synchronized boolean settled(int nodes) {
        if (!failure.isEmpty()) {
            throw new IllegalStateException(failure);
        }
        return !busy && pods.size() == nodes;
    }

    @Override
    public synchronized TierState state() {
        List<NodeState> nodes = new ArrayList<>();
        for (String pod : pods) {
            int share = shares.getOrDefault(addresses.get(pod), 0);
            nodes.add(new NodeState(pod, share > 0 ? "Serving" : "Leaving", share));
        }
        return new TierState(nodes, "channels", -1, "");
    }

    @Override
    public synchronized List<String> seeds() {
        return ring.nodes().stream().map(Address::toString).toList();
    }

    @Override
    public Books books() {
        return new Books(true, false, "");
    }

    @Override
    public void close() {
        redis.shutdown(0, 1, TimeUnit.SECONDS);
    }
}
