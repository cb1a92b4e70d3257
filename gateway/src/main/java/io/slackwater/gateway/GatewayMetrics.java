package io.slackwater.gateway;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What the gateway counts. Every tag has a fixed set of values: no name, channel or address becomes a tag. Safe for all threads.
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
    private final Timer fanout;
    private final Timer accepts;
    private final AcceptLatency acceptLatency;

    GatewayMetrics(MeterRegistry registry, AcceptLatency acceptLatency) {
        this.registry = registry;
        this.acceptLatency = acceptLatency;
        Gauge.builder("slackwater.gateway.subscriptions", subscriptions, AtomicInteger::get)
                .description("STOMP subscriptions of all connections")
                .register(registry);
        for (ErrorKind kind : ErrorKind.values()) {
            errors.put(
                    kind,
                    Counter.builder("slackwater.gateway.stomp.errors")
                            .description("Sessions ended with an ERROR frame")
                            .tag("kind", kind.tag())
                            .register(registry));
        }
        for (Refusal reason : Refusal.values()) {
            refusals.put(
                    reason,
                    Counter.builder("slackwater.gateway.refused")
                            .description("Connections refused before they became a session")
                            .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        messagesIn = counter("messages.in", "SEND frames handed to the tier");
        messagesOut = counter("messages.out", "MESSAGE frames handed to connections");
        bytesIn = counter("bytes.in", "Bytes of the bodies of SEND frames");
        bytesOut = counter("bytes.out", "Bytes of MESSAGE frames, headers included");
        slowConsumers = counter("slow.consumers", "Connections closed because they did not read fast enough");
        overflows = counter("backlog.overflows", "Messages that an event loop was too far behind to take");
        failedSends = counter("sends.failed", "SENDs that the tier did not acknowledge");
        fanout = timer("fanout", "From the tier's message to the sockets of an event loop's subscribers");
        accepts = timer("accept", "From a client's request to its WebSocket, the wait for its turn included");
    }

    private Timer timer(String name, String description) {
        return Timer.builder("slackwater.gateway." + name)
                .description(description)
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(25),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(2))
                .register(registry);
    }

    /** Shows the size of something that counts itself. */
    void watch(String name, String description, Supplier<Number> size) {
        Gauge.builder("slackwater.gateway." + name, size)
                .description(description)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder("slackwater.gateway." + name)
                .description(description)
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

    /** A client was let in after this time. */
    void accepted(long nanos) {
        accepts.record(nanos, TimeUnit.NANOSECONDS);
        acceptLatency.record(nanos);
    }

    void fannedOut(long nanos) {
        fanout.record(nanos, TimeUnit.NANOSECONDS);
    }
}
