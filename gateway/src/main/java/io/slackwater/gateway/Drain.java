package io.slackwater.gateway;

import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the gateway at a chosen rate, so that its clients do not all reconnect in the same second. There is no way back: a gateway that
 * drains is going to be removed. Safe for all threads.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    static final int MAX_RATE = 1_000_000;
    private static final long TICK_MILLIS = 10;

    /** After a pause of the process no more than this is made up for at once, or the rate would mean nothing. */
    private static final double LONGEST_CREDIT_SECONDS = 0.1;

    enum Phase {
        SERVING,
        DRAINING,
        DRAINED
    }

    /**
     * @param disconnectsPerSecond 0 while serving
     * @param remaining connections that are still there
     */
    record State(Phase phase, int disconnectsPerSecond, int remaining) {
        String json() {
            return "{\"state\":\"" + phase.name().toLowerCase(Locale.ROOT) + "\",\"disconnectsPerSecond\":"
                    + disconnectsPerSecond + ",\"remaining\":" + remaining + "}";
        }
    }

    private final ConnectionRegistry registry;
    private final ScheduledExecutorService executor;
    private final LongSupplier nanos;
    private final Queue<StompSession> waiting = new ArrayDeque<>();
    private @Nullable ScheduledFuture<?> ticking;
    private int rate;
    private double credit;
    private long lastTickNanos;

    Drain(ConnectionRegistry registry, ScheduledExecutorService executor, LongSupplier nanos) {
        this.registry = registry;
        this.executor = executor;
        this.nanos = nanos;
    }

    /**
     * Begins, or changes the rate of a drain that has begun.
     *
     * @param disconnectsPerSecond 1 to {@value #MAX_RATE}
     */
    synchronized State start(int disconnectsPerSecond) {
        if (disconnectsPerSecond < 1 || disconnectsPerSecond > MAX_RATE) {
            throw new IllegalArgumentException(
                    "disconnectsPerSecond is " + disconnectsPerSecond + ": write 1 to " + MAX_RATE);
        }
        rate = disconnectsPerSecond;
        if (!registry.isDraining()) {
            registry.drain();
            LOG.info("drain begins: {} connections, {} a second", registry.connections(), rate);
            lastTickNanos = nanos.getAsLong();
            credit = 1;
            ticking = executor.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return state();
    }

    synchronized State state() {
        int remaining = registry.connections();
        Phase phase = !registry.isDraining() ? Phase.SERVING : remaining > 0 ? Phase.DRAINING : Phase.DRAINED;
        return new State(phase, rate, remaining);
    }

    private synchronized void tick() {
        long now = nanos.getAsLong();
        double seconds = (now - lastTickNanos) / 1e9;
        lastTickNanos = now;
        credit = Math.min(credit + seconds * rate, Math.max(1, rate * LONGEST_CREDIT_SECONDS));
        if (waiting.isEmpty()) {
            // Also those whose handshake was under way when the drain began.
            registry.sessions().stream().filter(StompSession::claimForDrain).forEach(waiting::add);
        }
        while (credit >= 1) {
            StompSession next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.isConnected()) {
                credit--;
                next.leave(
                        WebSocketCloseStatus.SERVICE_RESTART,
                        "this gateway is being drained: connect again to reach another");
            }
        }
        if (registry.connections() == 0 && ticking != null) {
            LOG.info("drain ends: no connection is left");
            ticking.cancel(false);
            ticking = null;
        }
    }
}
