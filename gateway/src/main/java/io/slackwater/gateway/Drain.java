package io.slackwater.gateway;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empties the gateway at a chosen rate, so that its clients do not all reconnect in the same second. There is no way back: a gateway that
 * drains is going to be removed. Safe for all threads.
 *
 * <p>Each client is also told how long to wait before it connects again. The delays are the multiples of the golden ratio modulo 1
 * (a Weyl sequence, as in Knuth, "The Art of Computer Programming", vol. 3, section 6.4), stretched over the spread: a draw of lots would
 * add its own peaks to the rate, these keep it even.
 */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    enum Phase {
        SERVING,
        PATIENT,
        DRAINING,
        DRAINED
    }

    /**
     * How far it is.
     *
     * @param disconnectsPerSecond 0 while serving
     * @param remaining connections that are still there
     * @param told clients that were told to go so far
     * @param acceptMillis how long it has lately taken to let a client in, on average; empty when none came
     */
    record State(Phase phase, int disconnectsPerSecond, int remaining, int told, OptionalLong acceptMillis) {
        String json() {
            return "{\"state\":\"" + phase.name().toLowerCase(Locale.ROOT) + "\",\"disconnectsPerSecond\":"
                    + disconnectsPerSecond + ",\"remaining\":" + remaining + ",\"told\":" + told
                    + (acceptMillis.isPresent() ? ",\"acceptMillis\":" + acceptMillis.getAsLong() : "") + "}";
        }
    }

    private final ConnectionRegistry registry;
    private final ScheduledExecutorService executor;
    private final LongSupplier nanos;
    private final Supplier<OptionalLong> acceptMillis;
    private final Queue<StompSession> waiting = new ArrayDeque<>();
    private @Nullable ScheduledFuture<?> ticking;
    private @Nullable DrainRequest request;
    private long tellFromNanos;
    private long startedNanos;
    private int told;
    private TellingRate rate;

    /** @param acceptMillis see {@link State}; shown, not used */
    Drain(
            ConnectionRegistry registry,
            ScheduledExecutorService executor,
            LongSupplier nanos,
            Supplier<OptionalLong> acceptMillis) {
        this.registry = registry;
        this.executor = executor;
        this.nanos = nanos;
        this.acceptMillis = acceptMillis;
        rate = new TellingRate(nanos.getAsLong());
    }

    /** Begins, or changes a drain that has begun: its rate, its spread, and its patience as long as no client was told. */
    synchronized State start(DrainRequest wanted) {
        long now = nanos.getAsLong();
        boolean begins = request == null;
        if (begins || tellFromNanos - now > 0) {
            tellFromNanos = now + wanted.patience().toNanos();
        }
        request = wanted;
        if (begins) {
            registry.drain();
            LOG.info(
                    "drain begins: {} connections, {} a second after {} ms",
                    registry.connections(),
                    wanted.disconnectsPerSecond(),
                    wanted.patience().toMillis());
            startedNanos = now;
            rate = new TellingRate(now);
            ticking = executor.scheduleWithFixedDelay(this::tick, 0, TellingRate.TICK_MILLIS, TimeUnit.MILLISECONDS);
        }
        return state();
    }

    synchronized State state() {
        int remaining = registry.connections();
        DrainRequest present = request;
        Phase phase = present == null
                ? Phase.SERVING
                : remaining == 0
                        ? Phase.DRAINED
                        : tellFromNanos - nanos.getAsLong() > 0 ? Phase.PATIENT : Phase.DRAINING;
        return new State(
                phase, present == null ? 0 : present.disconnectsPerSecond(), remaining, told, acceptMillis.get());
    }

    /** Since when it drains, patience included; zero while it serves. */
    synchronized Duration age() {
        return request == null ? Duration.ZERO : Duration.ofNanos(nanos.getAsLong() - startedNanos);
    }

    private synchronized void tick() {
        DrainRequest present = request;
        if (present == null) {
            return;
        }
        long now = nanos.getAsLong();
        boolean tells = tellFromNanos - now <= 0;
        rate.pass(now, tells ? present.disconnectsPerSecond() : 0);
        if (tells) {
            tell(present);
        }
        if (registry.connections() == 0 && ticking != null) {
            LOG.info("drain ends: no connection is left");
            ticking.cancel(false);
            ticking = null;
        }
    }

    private void tell(DrainRequest present) {
        if (waiting.isEmpty()) {
            // Also those whose handshake was under way when the drain began.
            registry.sessions().stream().filter(StompSession::claim).forEach(waiting::add);
        }
        while (rate.allowsOne()) {
            StompSession next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.isConnected()) {
                rate.told();
                next.depart(
                        "this gateway is being drained: connect again to reach another",
                        delayMillis(told++, present.reconnectSpread()));
            }
        }
    }

    /** The reason for the next client, with its delay. */
    synchronized String reason(String sentence) {
        OptionalLong delay = request == null ? OptionalLong.empty() : delayMillis(told++, request.reconnectSpread());
        return delay.isEmpty() ? sentence : reason(sentence, delay.getAsLong());
    }

    static String reason(String sentence, long delayMillis) {
        return sentence + "; reconnect-after-ms=" + delayMillis;
    }

    /**
     * How long a client is to wait before it connects again; empty without a spread.
     *
     * @param number how many were told before
     */
    static OptionalLong delayMillis(int number, Duration reconnectSpread) {
        double share = number * GOLDEN % 1;
        long spread = reconnectSpread.toMillis();
        return spread == 0 ? OptionalLong.empty() : OptionalLong.of((long) (share * spread));
    }
}
