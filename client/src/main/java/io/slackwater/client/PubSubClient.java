package io.slackwater.client;

import io.netty.buffer.ByteBufUtil;
import io.slackwater.client.Readiness.Waiter;
import io.slackwater.client.ServerLink.Shared;
import io.slackwater.ring.handover.ClusterNames;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of a pub/sub tier. Make one per process and share it: it has two threads and, to each node, one subscribing and a few
 * publishing connections, however many channels there are.
 *
 * <p>Stages complete on the client's threads: what is chained to them without an executor must not block.
 */
public final class PubSubClient implements PubSub {
    private static final Logger LOG = LoggerFactory.getLogger(PubSubClient.class);
    /** Of one task, so that messages get their turn between the parts of a large subscribe. */
    private static final int PART = 5_000;

    private final ClientSettings settings;
    private final ClientMetrics metrics;
    private final Lane client;
    private final Lane publisher;
    private final MemberDriver driver;
    private final String reserved;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private PubSubClient(ClientSettings settings, MessageListener listener) {
        this.settings = settings;
        this.metrics = new ClientMetrics(settings.cluster(), settings.meters());
        this.client = Lane.open("client", settings);
        this.publisher = Lane.open("publisher", settings);
        ClusterNames names = new ClusterNames(settings.cluster());
        Throttle throttle = new Throttle();
        Shared shared = new Shared(
                settings, names, new RingReader(settings.protocolVersion(), metrics, throttle), metrics, throttle);
        this.driver = new MemberDriver(shared, client, publisher, listener);
        this.reserved = names.ring().substring(0, names.ring().length() - "ring".length());
    }

    /**
     * Joins the tier. Returns as soon as a ring is known; connections, and whatever is published or subscribed, follow.
     *
     * @param listener receives all messages, on the client's own thread
     * @throws IllegalStateException when no seed gives a ring within the start time-out, with what each of them said
     */
    public static PubSubClient connect(ClientSettings settings, MessageListener listener) {
        PubSubClient made = new PubSubClient(settings, listener);
        String failure;
        try {
            made.driver.start().get(settings.startTimeout().toMillis(), TimeUnit.MILLISECONDS);
            return made;
        } catch (TimeoutException e) {
            failure = "no ring of cluster \"" + settings.cluster() + "\" was found within "
                    + settings.startTimeout().toMillis() + " ms: "
                    + made.driver.seeds().failures();
        } catch (ExecutionException e) {
            failure = "cannot join cluster \"" + settings.cluster() + "\": " + e.getCause();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failure = "interrupted while looking for a ring of cluster \"" + settings.cluster() + "\"";
        }
        made.closing.set(true);
        made.endAll(System.nanoTime() + settings.closeTimeout().toNanos());
        throw new IllegalStateException(failure);
    }

    /** The name under which this client is known in the tier. */
    public String member() {
        return settings.member();
    }

    @Override
    public CompletionStage<Long> publish(String channel, byte[] payload) {
        int bytes = check("channel", channel);
        if (payload.length > settings.maxPayloadBytes()) {
            throw new IllegalArgumentException("payload of " + payload.length + " bytes: at most "
                    + settings.maxPayloadBytes() + ", see maxPayloadBytes");
        }
        if (Mark.read(payload) != null) {
            throw new IllegalArgumentException("this payload has the form of a mark, which no application is shown");
        }
        return driver.publishing().publish(channel, bytes, payload);
    }

    @Override
    public CompletionStage<Long> mark(String channel, Mark mark) {
        return driver.publishing().publish(channel, check("channel", channel), mark.payload());
    }

    @Override
    public CompletionStage<Void> subscribe(Collection<String> channels) {
        List<String> names = checkAll(channels);
        Waiter waiter = new Waiter();
        if (closing.get()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the client is closed"));
        }
        for (int from = 0; from < names.size(); from += PART) {
            driver.subscribe(names.subList(from, Math.min(names.size(), from + PART)), waiter);
        }
        driver.allNamed(waiter);
        return waiter.done;
    }

    @Override
    public CompletionStage<Void> unsubscribe(Collection<String> channels) {
        List<String> names = checkAll(channels);
        if (closing.get()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        for (int from = 0; from < names.size(); from += PART) {
            last = driver.unsubscribe(names.subList(from, Math.min(names.size(), from + PART)));
        }
        return last;
    }

    @Override
    public CompletionStage<Void> psubscribe(String pattern) {
        check("pattern", pattern);
        if (closing.get()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the client is closed"));
        }
        Waiter waiter = new Waiter();
        driver.subscribePattern(pattern, waiter);
        return waiter.done;
    }

    @Override
    public CompletionStage<Void> punsubscribe(String pattern) {
        check("pattern", pattern);
        return closing.get() ? CompletableFuture.completedFuture(null) : driver.unsubscribePattern(pattern);
    }

    private List<String> checkAll(Collection<String> channels) {
        List<String> names = List.copyOf(channels);
        names.forEach(name -> check("channel", name));
        return names;
    }

    /** Returns the length in bytes. */
    private int check(String what, String name) {
        int bytes = ByteBufUtil.utf8Bytes(name);
        if (bytes == 0 || bytes > MAX_CHANNEL_BYTES) {
            throw new IllegalArgumentException(what + " name of " + bytes + " bytes"
                    + (bytes == 0 ? "" : ", \"" + name.substring(0, 32) + "...\"") + ": must have 1 to "
                    + MAX_CHANNEL_BYTES);
        }
        if (name.startsWith(reserved)) {
            throw new IllegalArgumentException(
                    what + " \"" + name + "\": names that begin with \"" + reserved + "\" are the tier's own");
        }
        return bytes;
    }

    /** @throws IllegalStateException when called on one of the client's threads, as from the listener: it would wait for itself */
    @Override
    public void close() {
        if (client.loop().inEventLoop() || publisher.loop().inEventLoop()) {
            throw new IllegalStateException("close() waits for the client's threads: call it on another thread");
        }
        long deadline = System.nanoTime() + settings.closeTimeout().toNanos();
        if (!closing.compareAndSet(false, true)) {
            await(closed, deadline, "the other close()");
            return;
        }
        long half = deadline - settings.closeTimeout().toNanos() / 2;
        await(driver.publishing().stopTaking(), half, "replies of publishes");
        await(driver.leave(), deadline, "the books to be left");
        endAll(deadline);
    }

    private void endAll(long deadline) {
        long least = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(500);
        long by = Math.max(deadline, least);
        await(driver.closeAll(), by, "connections to close");
        publisher.close(Duration.ofNanos(Math.max(1, by - System.nanoTime())));
        client.close(Duration.ofNanos(Math.max(1, by - System.nanoTime())));
        metrics.close();
        closed.complete(null);
    }

    private static void await(CompletableFuture<Void> done, long deadline, String what) {
        try {
            done.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.warn("closing without waiting any longer for {}", what);
        } catch (ExecutionException e) {
            LOG.warn("closing although {} failed: {}", what, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
