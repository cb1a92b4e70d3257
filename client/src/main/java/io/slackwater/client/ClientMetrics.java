package io.slackwater.client;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.slackwater.client.metrics.ClientMetric;
import io.slackwater.ring.handover.MemberAction.Counter;
import io.slackwater.ring.handover.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a client counts, as the meters of {@link ClientMetric} when there is a registry. Counting
 * costs an addition to a number that mostly one thread writes. For any thread.
 */
final class ClientMetrics implements AutoCloseable {
    /** One publish in so many is timed, see {@link ClientMetric#PUBLISH_LATENCY}: a timer costs more than the publish's own bookkeeping. */
    private static final int TIMED = 16;

    private final LongAdder published = new LongAdder();
    private final LongAdder receivers = new LongAdder();
    private final LongAdder outcomeUnknown = new LongAdder();
    private final LongAdder notSent = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder listenerFailures = new LongAdder();
    private final LongAdder ringsRefused = new LongAdder();
    private final LongAdder ringsIncomplete = new LongAdder();
    private final LongAdder loadReportBytes = new LongAdder();
    private final LongAdder[] member = new LongAdder[Counter.values().length];
    private final AtomicInteger[] connections = new AtomicInteger[Role.values().length];
    private final @Nullable MeterRegistry registry;
    private final @Nullable Timer latency;
    private final List<Meter> meters = new ArrayList<>();
    private final Tags tags;
    private int untimed;
    private volatile State state = new State(0, 0, 0, 0);

    /** The member's state when last looked at. */
    record State(int wanted, int unready, long epoch, long heldBytes) {}

    ClientMetrics(String cluster, @Nullable MeterRegistry registry) {
        this.registry = registry;
        this.tags = Tags.of("cluster", cluster);
        for (Counter counter : Counter.values()) {
            member[counter.ordinal()] = new LongAdder();
        }
        for (Role role : Role.values()) {
            connections[role.ordinal()] = new AtomicInteger();
        }
        latency = registry == null
                ? null
                : ClientMetric.PUBLISH_LATENCY.metric().toTimer().tags(tags).register(registry);
        if (registry != null && latency != null) {
            meters.add(latency);
            register(registry);
        }
    }

    private void register(MeterRegistry to) {
        counter(to, ClientMetric.PUBLISHED, tags, published);
        counter(to, ClientMetric.RECEIVERS, tags, receivers);
        counter(to, ClientMetric.PUBLISH_UNKNOWN, tags, outcomeUnknown);
        counter(to, ClientMetric.PUBLISH_NOT_SENT, tags, notSent);
        counter(to, ClientMetric.DELIVERED, tags, delivered);
        counter(to, ClientMetric.LISTENER_FAILURES, tags, listenerFailures);
        counter(to, ClientMetric.RINGS_REFUSED, tags, ringsRefused);
        counter(to, ClientMetric.RINGS_INCOMPLETE, tags, ringsIncomplete);
        counter(to, ClientMetric.LOAD_REPORT_BYTES, tags, loadReportBytes);
        for (Counter one : Counter.values()) {
            String kind = one.name().toLowerCase(Locale.ROOT);
            counter(to, ClientMetric.PROTOCOL, tags.and("kind", kind), member[one.ordinal()]);
        }
        for (Role role : Role.values()) {
            String name = role.name().toLowerCase(Locale.ROOT);
            gauge(to, ClientMetric.CONNECTIONS, tags.and("role", name), m -> m.connections[role.ordinal()].get());
        }
        gauge(to, ClientMetric.SUBSCRIPTIONS_WANTED, tags, m -> m.state.wanted());
        gauge(to, ClientMetric.SUBSCRIPTIONS_UNREADY, tags, m -> m.state.unready());
        gauge(to, ClientMetric.RING_EPOCH, tags, m -> m.state.epoch());
        gauge(to, ClientMetric.HELD_BYTES, tags, m -> m.state.heldBytes());
    }

    private void counter(MeterRegistry to, ClientMetric what, Tags with, LongAdder number) {
        meters.add(what.metric().toCounter(number, LongAdder::sum).tags(with).register(to));
    }

    private void gauge(MeterRegistry to, ClientMetric what, Tags with, ToDoubleFunction<ClientMetrics> value) {
        meters.add(what.metric().toGauge(this, value).tags(with).register(to));
    }

    /** Called on the publishing thread only. */
    void published(long count, long startedAt) {
        published.increment();
        receivers.add(count);
        if (latency != null && ++untimed == TIMED) {
            untimed = 0;
            latency.record(System.nanoTime() - startedAt, TimeUnit.NANOSECONDS);
        }
    }

    void outcomeUnknown() {
        outcomeUnknown.increment();
    }

    void notSent() {
        notSent.increment();
    }

    void delivered() {
        delivered.increment();
    }

    void listenerFailed() {
        listenerFailures.increment();
    }

    void loadReported(int bytes) {
        loadReportBytes.add(bytes);
    }

    void ringIncomplete() {
        ringsIncomplete.increment();
    }

    void ringRefused() {
        ringsRefused.increment();
    }

    void count(Counter counter, long amount) {
        member[counter.ordinal()].add(amount);
    }

    void connected(Role role, int change) {
        connections[role.ordinal()].addAndGet(change);
    }

    void show(State now) {
        state = now;
    }

    /** Takes the meters out of the registry. */
    @Override
    public void close() {
        if (registry != null) {
            meters.forEach(registry::remove);
        }
    }
}
