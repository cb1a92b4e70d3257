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
    private static final long TICK_MILLIS = 10;
    private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

    /** After a pause of the process no more than this is made up for at once, or the rate would mean nothing. */
    private static final double LONGEST_CREDIT_SECONDS = 0.1;

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
    private double credit;
    private long lastTickNanos;

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
            lastTickNanos = now;
            credit = 1;
            ticking = executor.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
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
        double seconds = (now - lastTickNanos) / 1e9;
        lastTickNanos = now;
        if (tellFromNanos - now <= 0) {
            int rate = present.disconnectsPerSecond();
            credit = Math.min(credit + seconds * rate, Math.max(1, rate * LONGEST_CREDIT_SECONDS));
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
            registry.sessions().stream().filter(StompSession::claimForDrain).forEach(waiting::add);
        }
        while (credit >= 1) {
            StompSession next = waiting.poll();
            if (next == null) {
                break;
            }
            if (next.isConnected()) {
                credit--;
                next.depart("this gateway is being drained: connect again to reach another", delayMillis(present));
            }
        }
    }

    /** The reason for the next client, with its delay. */
    synchronized String reason(String sentence) {
        OptionalLong delay = request == null ? OptionalLong.empty() : delayMillis(request);
        return delay.isEmpty() ? sentence : reason(sentence, delay.getAsLong());
    }

    static String reason(String sentence, long delayMillis) {
        return sentence + "; reconnect-after-ms=" + delayMillis;
    }

    /** How long the next client is to wait before it connects again; empty without a spread. */
    private OptionalLong delayMillis(DrainRequest present) {
        double share = told++ * GOLDEN % 1;
        long spread = present.reconnectSpread().toMillis();
        return spread == 0 ? OptionalLong.empty() : OptionalLong.of((long) (share * spread));
    }
}
