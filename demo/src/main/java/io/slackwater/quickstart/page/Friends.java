package io.slackwater.quickstart.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.client.PubSub;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Friends who walk about and tell where they are, {@value #PER_SECOND} times a second each: friend N publishes {@code {"n":1,"x":0.5,"y":0.5}} in channel
 * {@code nearby:friend-N}, with n = 1, 2, 3 … Thread-safe.
 */
public final class Friends implements AutoCloseable {
    static final int PER_SECOND = 5;
    private static final int TICKS = 10;
    private static final long TICK_MICROS = 1_000_000 / PER_SECOND / TICKS;

    private final PubSub tier;
    private final List<Walk> walks = new ArrayList<>();
    private final AtomicLongArray last;
    private final AtomicLong failed = new AtomicLong();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("friends").factory());
    private int tick;

    /**
     * They begin at once.
     *
     * @param tier closed by nobody but the caller
     * @param seed of where they walk
     */
    @SuppressWarnings("FutureReturnValueIgnored") // what goes wrong is counted
    Friends(PubSub tier, int count, long seed) {
        this.tier = tier;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            walks.add(new Walk(random.split()));
        }
        last = new AtomicLongArray(count);
        clock.scheduleAtFixedRate(this::publish, 0, TICK_MICROS, TimeUnit.MICROSECONDS);
    }

    /** Name of a friend's channel. */
    static String channel(int friend) {
        return "nearby:friend-" + friend;
    }

    int count() {
        return walks.size();
    }

    /** The number of the friend's last message; 0 before the first. */
    long last(int friend) {
        return last.get(friend);
    }

    /** Messages of which it is not known that they were published. */
    long failed() {
        return failed.get();
    }

    private void publish() {
        for (int friend = tick; friend < walks.size(); friend += TICKS) {
            Walk walk = walks.get(friend);
            walk.step(1.0 / PER_SECOND);
            String message = String.format(
                    Locale.ROOT, "{\"n\":%d,\"x\":%.4f,\"y\":%.4f}", last.incrementAndGet(friend), walk.x(), walk.y());
            tier.publish(channel(friend), message.getBytes(UTF_8)).whenComplete((receivers, failure) -> {
                if (failure != null) {
                    failed.incrementAndGet();
                }
            });
        }
        tick = (tick + 1) % TICKS;
    }

    /** They stop; nothing is published any more when this returns. Idempotent. */
    @Override
    public void close() {
        clock.shutdownNow();
        try {
            if (!clock.awaitTermination(5, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the friends do not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
