package io.slackwater.client;

import io.lettuce.core.api.StatefulRedisConnection;
import io.slackwater.client.ServerLink.Shared;
import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a ring on the seeds and then on the nodes of the directory, one after the other, for as long as it is needed: at the
 * start, and when no node of the ring in use can be reached any more. Between rounds it pauses, from 100 ms doubling to 2 s, each drawn from half to the whole. On the thread of
 * its lane.
 */
final class SeedReader {
    private static final Logger LOG = LoggerFactory.getLogger(SeedReader.class);
    private static final long FIRST_PAUSE = 100;
    private static final long LONGEST_PAUSE = 2_000;
    /** Between looks at whether it is needed, and after a find, which takes a while to be of use. */
    private static final long IDLE_PAUSE = 1_000;

    private final Shared shared;
    private final Lane lane;
    private final BooleanSupplier needed;
    private final Consumer<Ring> found;
    private final Map<Address, String> failures = new LinkedHashMap<>();
    private List<Seed> round = List.of();
    private int next;
    private long pause = FIRST_PAUSE;
    private volatile String lastFailures = "none was tried yet";

    SeedReader(Shared shared, Lane lane, BooleanSupplier needed, Consumer<Ring> found) {
        this.shared = shared;
        this.lane = lane;
        this.needed = needed;
        this.found = found;
    }

    /** Begins, and goes on until the lane's thread ends. */
    void start() {
        lane.loop().execute(this::look);
    }

    /** What each seed said last. For any thread. */
    String failures() {
        return lastFailures;
    }

    private void look() {
        if (!needed.getAsBoolean()) {
            pause = FIRST_PAUSE;
            later(IDLE_PAUSE);
            return;
        }
        if (next == 0) {
            round = seeds();
            failures.keySet().retainAll(round.stream().map(Seed::address).toList());
        }
        if (round.isEmpty()) {
            lastFailures = "there are no seeds, and the directory knows no node";
            pause();
            return;
        }
        Seed candidate = round.get(next);
        Address seed = candidate.address();
        next = (next + 1) % round.size();
        lane.redis()
                .connectAsync(PayloadCodec.INSTANCE, lane.uris().to(seed, candidate.tlsName()))
                .whenComplete((connection, failure) -> lane.loop().execute(() -> {
                    if (connection == null) {
                        tried(seed, failure == null ? "no connection" : ServerLink.rootOf(failure));
                    } else {
                        read(seed, connection);
                    }
                }));
    }

    /** Of one round. */
    private List<Seed> seeds() {
        List<Seed> seeds = new ArrayList<>();
        shared.settings()
                .seeds()
                .forEach(
                        address -> seeds.add(new Seed(address, shared.settings().seedTlsName())));
        for (Node node : directory()) {
            node.addresses().stream()
                    .map(address -> new Seed(address, node.tlsName()))
                    .filter(seed -> !seeds.contains(seed))
                    .forEach(seeds::add);
        }
        return seeds;
    }

    private List<Node> directory() {
        Supplier<List<Node>> directory = shared.settings().directory();
        if (directory == null) {
            return List.of();
        }
        try {
            List<Node> nodes = directory.get();
            return nodes.subList(0, Math.min(nodes.size(), ClientSettings.MAX_SEEDS));
        } catch (RuntimeException e) {
            if (shared.throttle().admits("directory")) {
                LOG.warn("the directory failed, only configured seeds are tried: {}", e.toString());
            }
            return List.of();
        }
    }

    /** @param tlsName empty for the host of the address */
    private record Seed(Address address, String tlsName) {}

    private void read(Address seed, StatefulRedisConnection<String, byte[]> connection) {
        connection
                .async()
                .get(shared.names().ring())
                .toCompletableFuture()
                .orTimeout(shared.settings().connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((bytes, failure) -> lane.loop().execute(() -> {
                    connection.closeAsync();
                    tried(seed, bytes, failure);
                }));
    }

    private void tried(Address seed, byte @Nullable [] bytes, @Nullable Throwable failure) {
        Ring ring = shared.rings().read(bytes, "seed " + seed);
        if (ring != null) {
            LOG.info("seed {} has the ring of epoch {}", seed, ring.epoch());
            found.accept(ring);
            later(IDLE_PAUSE);
        } else if (failure != null) {
            tried(seed, ServerLink.rootOf(failure));
        } else {
            tried(seed, bytes == null ? "has no ring of this cluster" : "has a ring that cannot be read");
        }
    }

    private void tried(Address seed, String failure) {
        failures.put(seed, failure);
        lastFailures = failures.toString();
        if (next != 0) {
            look();
        } else {
            pause();
        }
    }

    private void pause() {
        if (shared.throttle().admits("seeds")) {
            LOG.warn("no seed has a ring: {}", lastFailures);
        }
        later(pause);
        pause = Math.min(LONGEST_PAUSE, pause * 2);
    }

    private void later(long about) {
        long millis = about / 2 + RandomGenerator.getDefault().nextLong(about / 2 + 1);
        if (!lane.loop().isShuttingDown()) {
            lane.loop().schedule(this::look, millis, TimeUnit.MILLISECONDS);
        }
    }
}
