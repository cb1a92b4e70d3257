package io.slackwater.gateway;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of one event loop. The tier's threads {@link #offer} messages; the loop takes them out in batches, writes each
 * to its subscribers' buffers, and flushes every touched connection once a batch: under load many messages leave in one system call, and
 * an idle gateway delivers at once.
 *
 * <p>The queue is bounded in bytes. When the loop is so far behind that a message does not fit, the message is not
 * silently skipped: the channel's subscribers on this loop are told before they get anything else of it, and end their sessions.
 *
 * <p>All methods belong to the event loop, except {@link #offer}.
 */
final class LoopFanout {
    private static final Logger LOG = LoggerFactory.getLogger(LoopFanout.class);

    /** Messages taken out before the loop looks at its sockets again. */
    private static final int BATCH = 512;

    /** The subscribers of a channel here. */
    private static final class Topic {
        final List<Subscription> subscriptions = new ArrayList<>();
        boolean confirmed;
    }

    private final EventLoop loop;
    private final ChannelFanout fanout;
    private final FlushBatch flushes;
    private final GatewayMetrics metrics;
    private final LongSupplier nanos;
    private final int maxBacklogBytes;
    private final Map<String, Topic> topics = new HashMap<>();

    private final Queue<SharedMessage> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong backlogBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Set<String> overflowed = ConcurrentHashMap.newKeySet();

    LoopFanout(EventLoop loop, ChannelFanout fanout, int maxBacklogBytes, GatewayMetrics metrics, LongSupplier nanos) {
        this.loop = loop;
        this.fanout = fanout;
        this.maxBacklogBytes = maxBacklogBytes;
        this.metrics = metrics;
        this.nanos = nanos;
        this.flushes = new FlushBatch(loop);
    }

    FlushBatch flushes() {
        return flushes;
    }

    /** Adds a subscription. Its holder hears of the confirmation, now or later. */
    void add(Subscription subscription) {
        String channel = subscription.channel();
        Topic known = topics.get(channel);
        if (known != null) {
            append(known, subscription);
            if (known.confirmed) {
                subscription.holder().confirmed(subscription);
            }
            return;
        }
        Topic topic = new Topic();
        var ready = fanout.acquire(channel, this);
        topics.put(channel, topic);
        append(topic, subscription);
        ready.whenComplete((done, failure) -> execute(() -> settle(channel, topic, failure)));
    }

    private static void append(Topic topic, Subscription subscription) {
        subscription.index = topic.subscriptions.size();
        topic.subscriptions.add(subscription);
    }

    /** Removes a subscription: no message reaches it any more. */
    void remove(Subscription subscription) {
        Topic topic = topics.get(subscription.channel());
        if (topic == null || subscription.index < 0) {
            return;
        }
        Subscription last = topic.subscriptions.removeLast();
        if (last != subscription) {
            topic.subscriptions.set(subscription.index, last);
            last.index = subscription.index;
        }
        subscription.index = -1;
        if (topic.subscriptions.isEmpty()) {
            topics.remove(subscription.channel());
            fanout.release(subscription.channel(), this);
        }
    }

    private void settle(String channel, Topic topic, @Nullable Throwable failure) {
        // Everybody may have left meanwhile, and somebody else may have come: that is another topic with its own
        // answer.
        if (topics.get(channel) != topic) {
            return;
        }
        topic.confirmed = failure == null;
        for (Subscription subscription : List.copyOf(topic.subscriptions)) {
            if (failure == null) {
                subscription.holder().confirmed(subscription);
            } else {
                subscription.holder().failed(subscription, failure);
            }
        }
    }

    /** Takes a message, or remembers that it could not. For any thread; never blocks. */
    void offer(SharedMessage message) {
        int bytes = message.length();
        if (backlogBytes.addAndGet(bytes) > maxBacklogBytes) {
            backlogBytes.addAndGet(-bytes);
            metrics.overflow();
            overflowed.add(message.channel());
        } else {
            message.retain();
            queue.add(message);
        }
        if (scheduled.compareAndSet(false, true)) {
            execute(this::drain);
        }
    }

    private void drain() {
        for (int i = 0; i < BATCH; i++) {
            SharedMessage message = queue.poll();
            // Looked at after the poll: a gap is noted before anything that came after it is queued.
            if (!overflowed.isEmpty()) {
                endThoseWhoMissed();
            }
            if (message == null) {
                break;
            }
            try {
                deliver(message);
            } finally {
                backlogBytes.addAndGet(-message.length());
                message.release();
            }
        }
        flushes.flush();
        scheduled.set(false);
        if ((!queue.isEmpty() || !overflowed.isEmpty()) && scheduled.compareAndSet(false, true)) {
            execute(this::drain);
        }
    }

    private void deliver(SharedMessage message) {
        Topic topic = topics.get(message.channel());
        if (topic == null) {
            return;
        }
        List<Subscription> subscriptions = topic.subscriptions;
        for (int i = 0; i < subscriptions.size(); i++) {
            Subscription subscription = subscriptions.get(i);
            if (message.isFor(subscription.markKey())) {
                subscription.holder().message(subscription, message);
            }
        }
        metrics.fannedOut(nanos.getAsLong() - message.arrivedNanos());
    }

    private void endThoseWhoMissed() {
        for (String channel : overflowed) {
            overflowed.remove(channel);
            Topic topic = topics.get(channel);
            if (topic != null) {
                List.copyOf(topic.subscriptions).forEach(s -> s.holder().missed(s));
            }
        }
    }

    private void execute(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the event loop has ended: {}", e.getMessage());
        }
    }
}
