package io.slackwater.quickstart.traffic;

import io.slackwater.client.NotSentException;
import io.slackwater.client.PubSub;
import io.slackwater.quickstart.check.Stamp;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Publishes on all channels through the library, and remembers what came of it. {@link #publish} is for one thread. */
public final class BackEnd implements Pacer.Sink {
    /** What came of a message, as far as is known. Confirmed ones are forgotten. */
    public enum Fate {
        IN_FLIGHT,
        UNSENT,
        UNSURE
    }

    private final PubSub tier;
    private final int publisher;
    private final long[] last;
    private final Consumer<Stamp> log;
    private final Map<Message, Fate> open = new ConcurrentHashMap<>();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong confirmed = new AtomicLong();

    /** A message of this publisher. */
    public record Message(int channel, long n) {}

    public BackEnd(PubSub tier, int publisher, int channels) {
        this(tier, publisher, channels, stamp -> {});
    }

    /** @param log told of every message before it is published */
    public BackEnd(PubSub tier, int publisher, int channels, Consumer<Stamp> log) {
        this.tier = tier;
        this.publisher = publisher;
        this.last = new long[channels];
        this.log = log;
    }

    @Override
    public void publish(int channel, SplittableRandom random) {
        long n = ++last[channel];
        Message message = new Message(channel, n);
        open.put(message, Fate.IN_FLIGHT);
        sent.incrementAndGet();
        Stamp stamp = new Stamp(publisher, channel, n, Latencies.now());
        log.accept(stamp);
        tier.publish(TrafficPlan.name(channel), stamp.encode()).whenComplete((receivers, failure) -> {
            if (failure == null) {
                confirmed.incrementAndGet();
                open.remove(message);
            } else {
                open.put(message, fate(failure));
            }
        });
    }

    private static Fate fate(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof NotSentException ? Fate.UNSENT : Fate.UNSURE;
    }

    @Override
    public void flush() {}

    public long sent() {
        return sent.get();
    }

    public long confirmed() {
        return confirmed.get();
    }

    /** Whether some have no answer yet. */
    public boolean inFlight() {
        return open.containsValue(Fate.IN_FLIGHT);
    }

    /** Messages that were not confirmed. */
    public Map<Message, Fate> open() {
        return Map.copyOf(open);
    }

    /** The number of the last message on the channel. */
    public long last(int channel) {
        return last[channel];
    }
}
