package io.slackwater.gateway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends some of the clients to other gateways, at a chosen rate, while the gateway stays open: so that gateways which were added get their
 * share. Whoever tells several gateways to do so gives all of them the same moment, and only clients that connected before it are told: one
 * who comes back is younger, wherever he lands. Ends when a drain begins. Safe for all threads.
 */
final class Shed {
    private static final Logger LOG = LoggerFactory.getLogger(Shed.class);
    private static final int REMEMBERED = 64;

    /**
     * How far the last request is.
     *
     * @param told clients told to go for it so far
     * @param remaining how many of the clients asked for are still to be told; 0 as soon as nobody is old enough
     * @param staying clients that were told, for this request or another, and are still connected
     * @param eligible clients that are old enough and were not told
     */
    record State(String id, int told, int remaining, int staying, int eligible) {
        String json() {
            return "{\"id\":\"" + id + "\",\"told\":" + told + ",\"remaining\":" + remaining + ",\"staying\":" + staying
                    + ",\"eligible\":" + eligible + "}";
        }
    }

    private final ConnectionRegistry registry;
    private final ScheduledExecutorService executor;
    private final LongSupplier nanos;
    private final Runnable counter;
    private final Set<String> known = new LinkedHashSet<>();
    private final Queue<StompSession> waiting = new ArrayDeque<>();
    private final List<StompSession> staying = new ArrayList<>();
    private @Nullable ScheduledFuture<?> ticking;
    private ShedRequest request = new ShedRequest("none", 0, Duration.ZERO, 1, Duration.ZERO);
    private TellingRate rate;
    private long bornBeforeNanos;
    private int told;
    private int remaining;

    /** @param counter called for each client that is told */
    Shed(ConnectionRegistry registry, ScheduledExecutorService executor, LongSupplier nanos, Runnable counter) {
        this.registry = registry;
        this.executor = executor;
        this.nanos = nanos;
        this.counter = counter;
        rate = new TellingRate(nanos.getAsLong());
        bornBeforeNanos = nanos.getAsLong();
    }

    /**
     * Takes the place of what was asked for before. A request whose id is known changes nothing.
     *
     * @throws IllegalStateException if the gateway drains
     */
    synchronized State order(ShedRequest wanted) {
        if (registry.isDraining()) {
            throw new IllegalStateException("this gateway is being drained: all its clients are told to go anyway");
        }
        if (remember(wanted.id())) {
            long now = nanos.getAsLong();
            request = wanted;
            rate = new TellingRate(now);
            bornBeforeNanos = now - wanted.olderThan().toNanos();
            told = 0;
            remaining = wanted.clients();
            waiting.clear();
            if (ticking == null && remaining > 0) {
                ticking =
                        executor.scheduleWithFixedDelay(this::tick, 0, TellingRate.TICK_MILLIS, TimeUnit.MILLISECONDS);
            }
            LOG.info(
                    "{} clients are to go to other gateways, {} a second, of {} that are old enough",
                    remaining,
                    wanted.disconnectsPerSecond(),
                    eligible());
        }
        return state();
    }

    /** False if it is known. */
    private boolean remember(String id) {
        if (known.size() >= REMEMBERED && !known.contains(id)) {
            known.remove(known.iterator().next());
        }
        return known.add(id);
    }

    synchronized State state() {
        staying.removeIf(session -> !session.isConnected());
        return new State(request.id(), told, remaining, staying.size(), eligible());
    }

    private int eligible() {
        return (int) registry.sessions().stream().filter(this::mayBeTold).count();
    }

    private boolean mayBeTold(StompSession session) {
        return session.isConnected() && !session.isClaimed() && session.openedNanos() - bornBeforeNanos < 0;
    }

    private synchronized void tick() {
        rate.pass(nanos.getAsLong(), request.disconnectsPerSecond());
        while (remaining > 0 && rate.allowsOne()) {
            if (waiting.isEmpty()) {
                registry.sessions().stream()
                        .filter(this::mayBeTold)
                        .limit(remaining)
                        .forEach(waiting::add);
            }
            StompSession next = waiting.poll();
            if (next == null || registry.isDraining()) {
                remaining = 0;
            } else if (next.isConnected() && next.claim()) {
                tell(next);
            }
        }
        if (remaining == 0 && ticking != null) {
            ticking.cancel(false);
            ticking = null;
        }
    }

    private void tell(StompSession session) {
        rate.told();
        remaining--;
        staying.add(session);
        counter.run();
        session.depart(
                "connections are being spread over more gateways: connect again",
                Drain.delayMillis(told++, request.reconnectSpread()));
    }
}
