package io.slackwater.gateway;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.slackwater.client.Mark;
import io.slackwater.client.MessageListener;
import io.slackwater.client.PubSub;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription of the tier for each channel, however many clients share it.
 *
 * <p>It counts event loops, not clients: each loop's {@link LoopFanout} counts its own clients without a lock, and comes here only with
 * its first and after its last. The calls to the tier are made inside the map's per-key exclusion, so that for one channel
 * they are made in the order of the changes: a subscribe that follows the last unsubscribe can never overtake it, and the tier is
 * left with the subscription exactly if some loop wants it.
 *
 * <p>Safe for all threads. Messages of a channel are handed on in the order in which the listener gets them.
 */
final class ChannelFanout {
    private static final Logger LOG = LoggerFactory.getLogger(ChannelFanout.class);

    /** A channel that some loop wants. Immutable, so that the delivering thread needs no lock. */
    private record Entry(CompletionStage<Void> ready, List<LoopFanout> loops) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<EventLoop, LoopFanout> loops = new IdentityHashMap<>();
    private final LongSupplier nanos;
    private final PubSub pubSub;

    /**
     * @param connect joins the tier with the given listener; called once, after everything else is in place
     * @param nanos a clock such as {@link System#nanoTime}
     */
    ChannelFanout(
            Iterable<EventLoop> eventLoops,
            int maxBacklogBytes,
            GatewayMetrics metrics,
            LongSupplier nanos,
            Function<MessageListener, PubSub> connect) {
        this.nanos = nanos;
        for (EventLoop loop : eventLoops) {
            loops.put(loop, new LoopFanout(loop, this, maxBacklogBytes, metrics, nanos));
        }
        metrics.watch(GatewayMetric.CHANNELS, entries::size);
        pubSub = connect.apply(new MessageListener() {
            @Override
            public void onMessage(String channel, byte[] payload) {
                deliver(
                        channel,
                        () -> new SharedMessage(ByteBufAllocator.DEFAULT, channel, payload, nanos.getAsLong()));
            }

            @Override
            public void onMark(String channel, Mark mark) {
                deliver(channel, () -> new SharedMessage(ByteBufAllocator.DEFAULT, channel, mark, nanos.getAsLong()));
            }
        });
    }

    PubSub pubSub() {
        return pubSub;
    }

    /** The part that belongs to an event loop. */
    LoopFanout on(EventLoop loop) {
        LoopFanout found = loops.get(loop);
        if (found == null) {
            throw new IllegalArgumentException("not one of the gateway's event loops: " + loop);
        }
        return found;
    }

    /**
     * A loop has a first subscriber of a channel.
     *
     * @return completes when the tier has confirmed
     * @throws IllegalArgumentException if the tier refuses the name
     */
    CompletionStage<Void> acquire(String channel, LoopFanout loop) {
        Entry entry = entries.compute(channel, (name, old) -> {
            List<LoopFanout> wanted = old == null ? new ArrayList<>() : new ArrayList<>(old.loops());
            wanted.add(loop);
            boolean ask = old == null || old.ready().toCompletableFuture().isCompletedExceptionally();
            return new Entry(ask ? pubSub.subscribe(name) : old.ready(), List.copyOf(wanted));
        });
        return entry.ready();
    }

    /** A loop's last subscriber of a channel has left. */
    void release(String channel, LoopFanout loop) {
        entries.computeIfPresent(channel, (name, old) -> {
            List<LoopFanout> wanted = new ArrayList<>(old.loops());
            wanted.remove(loop);
            if (wanted.isEmpty()) {
                unsubscribe(name);
                return null;
            }
            return new Entry(old.ready(), List.copyOf(wanted));
        });
    }

    private void unsubscribe(String channel) {
        // A failure leaves at worst messages that nobody wants; they are dropped in deliver().
        pubSub.unsubscribe(List.of(channel)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("the tier did not end a subscription: {}", failure.toString());
            }
        });
    }

    /** How many channels are subscribed in the tier. */
    int channels() {
        return entries.size();
    }

    private void deliver(String channel, Supplier<SharedMessage> encoded) {
        Entry entry = entries.get(channel);
        if (entry == null) {
            return;
        }
        SharedMessage message = encoded.get();
        try {
            for (LoopFanout loop : entry.loops()) {
                loop.offer(message);
            }
        } finally {
            message.release();
        }
    }
}
