package io.slackwater.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.slackwater.client.Mark;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A tier in memory. Answers at once, unless a test holds the answers back. */
final class FakePubSub implements PubSub, Tier {
    final Set<String> subscribed = ConcurrentHashMap.newKeySet();
    /** Every call of subscribe (+) and unsubscribe (-), in order. */
    final List<String> calls = new CopyOnWriteArrayList<>();

    final ConcurrentLinkedQueue<CompletableFuture<Void>> heldSubscribes = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<CompletableFuture<Long>> heldPublishes = new ConcurrentLinkedQueue<>();
    volatile boolean holdSubscribes;
    volatile boolean holdPublishes;
    volatile boolean connected = true;
    volatile boolean closed;
    private volatile MessageListener listener = (channel, payload) -> {};

    @Override
    public PubSub connect(MessageListener newListener, MeterRegistry meters) {
        listener = newListener;
        return this;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public CompletionStage<Long> publish(String channel, byte[] payload) {
        boolean wanted = subscribed.contains(channel);
        if (wanted) {
            deliver(channel, payload.clone());
        }
        CompletableFuture<Long> answer = new CompletableFuture<>();
        if (holdPublishes) {
            heldPublishes.add(answer);
        } else {
            answer.complete(wanted ? 1L : 0L);
        }
        return answer;
    }

    @Override
    public CompletionStage<Long> mark(String channel, Mark mark) {
        boolean wanted = subscribed.contains(channel);
        if (wanted) {
            deliver(channel, mark);
        }
        return CompletableFuture.completedStage(wanted ? 1L : 0L);
    }

    synchronized void deliver(String channel, Mark mark) {
        listener.onMark(channel, mark);
    }

    synchronized void deliver(String channel, byte[] payload) {
        listener.onMessage(channel, payload);
    }

    @Override
    public CompletionStage<Void> subscribe(Collection<String> channels) {
        subscribed.addAll(channels);
        channels.forEach(channel -> calls.add("+" + channel));
        CompletableFuture<Void> answer = new CompletableFuture<>();
        if (holdSubscribes) {
            heldSubscribes.add(answer);
        } else {
            answer.complete(null);
        }
        return answer;
    }

    @Override
    public CompletionStage<Void> unsubscribe(Collection<String> channels) {
        new ArrayList<>(channels).forEach(subscribed::remove);
        channels.forEach(channel -> calls.add("-" + channel));
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> psubscribe(String pattern) {
        throw new UnsupportedOperationException("the gateway offers no patterns");
    }

    @Override
    public CompletionStage<Void> punsubscribe(String pattern) {
        throw new UnsupportedOperationException("the gateway offers no patterns");
    }

    @Override
    public void close() {
        closed = true;
    }
}
