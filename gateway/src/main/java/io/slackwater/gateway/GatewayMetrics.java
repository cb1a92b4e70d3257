package io.slackwater.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What the gateway counts, see {@link GatewayMetric}. Safe for all threads.
 */
final class GatewayMetrics {
    /** Why a connection did not become a session. */
    enum Refusal {
        LIMIT,
        DRAINING,
        ORIGIN,
        REQUEST,
        QUEUE,
        TIMEOUT
    }

    private final MeterRegistry registry;
    private final AtomicInteger subscriptions = new AtomicInteger();
    private final Map<ErrorKind, Counter> errors = new EnumMap<>(ErrorKind.class);
    private final Map<Refusal, Counter> refusals = new EnumMap<>(Refusal.class);
    private final Counter messagesIn;
    private final Counter messagesOut;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final Counter slowConsumers;
    private final Counter overflows;
    private final Counter failedSends;
    private final Counter shed;
    private final Timer fanout;
    private final Timer accepts;
    private final AcceptLatency acceptLatency;

    GatewayMetrics(MeterRegistry registry, AcceptLatency acceptLatency) {
        this.registry = registry;
        this.acceptLatency = acceptLatency;
        GatewayMetric.SUBSCRIPTIONS
                .metric()
                .toGauge(subscriptions, AtomicInteger::get)
                .register(registry);
        for (ErrorKind kind : ErrorKind.values()) {
            errors.put(
                    kind,
                    GatewayMetric.ERRORS
                            .metric()
                            .toCounter()
                            .tag("kind", kind.tag())
                            .register(registry));
        }
        for (Refusal reason : Refusal.values()) {
            refusals.put(
                    reason,
                    GatewayMetric.REFUSED
                            .metric()
                            .toCounter()
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        messagesIn = counter(GatewayMetric.MESSAGES_IN);
        messagesOut = counter(GatewayMetric.MESSAGES_OUT);
        bytesIn = counter(GatewayMetric.BYTES_IN);
        bytesOut = counter(GatewayMetric.BYTES_OUT);
        slowConsumers = counter(GatewayMetric.SLOW_CONSUMERS);
        overflows = counter(GatewayMetric.BACKLOG_OVERFLOWS);
        failedSends = counter(GatewayMetric.SENDS_FAILED);
        shed = counter(GatewayMetric.SHED);
        fanout = GatewayMetric.FANOUT.metric().toTimer().register(registry);
        accepts = GatewayMetric.ACCEPT.metric().toTimer().register(registry);
    }

    private Counter counter(GatewayMetric what) {
        return what.metric().toCounter().register(registry);
    }

    /** Shows the size of something that counts itself. */
    void watch(GatewayMetric what, Supplier<Number> size) {
        what.metric()
                .toGauge(size, it -> it.get().doubleValue())
                .strongReference(true)
                .register(registry);
    }

    void subscribed(int change) {
        subscriptions.addAndGet(change);
    }

    void error(ErrorKind kind) {
        count(errors, kind);
    }

    void refused(Refusal reason) {
        count(refusals, reason);
    }

    private static <K> void count(Map<K, Counter> counters, K key) {
        Counter counter = counters.get(key);
        if (counter != null) {
            counter.increment();
        }
    }

    void received(int bytes) {
        messagesIn.increment();
        bytesIn.increment(bytes);
    }

    void delivered(long messages, long bytes) {
        messagesOut.increment(messages);
        bytesOut.increment(bytes);
    }

    void slowConsumer() {
        slowConsumers.increment();
    }

    void overflow() {
        overflows.increment();
    }

    void failedSend() {
        failedSends.increment();
    }

    void shed() {
        shed.increment();
    }

    /** A client was let in after this time. */
    void accepted(long nanos) {
        accepts.record(nanos, TimeUnit.NANOSECONDS);
        acceptLatency.record(nanos);
    }

    void fannedOut(long nanos) {
        fanout.record(nanos, TimeUnit.NANOSECONDS);
    }
}
