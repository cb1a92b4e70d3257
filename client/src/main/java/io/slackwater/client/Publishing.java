package io.slackwater.client;

import io.netty.util.concurrent.ScheduledFuture;
import io.slackwater.client.ServerLink.Shared;
import io.slackwater.ring.Slots;
import io.slackwater.ring.handover.Ack;
import io.slackwater.ring.handover.MemberAction.Connect;
import io.slackwater.ring.handover.MemberAction.LeaveBooks;
import io.slackwater.ring.handover.MemberEvent;
import io.slackwater.ring.handover.PublishLedger;
import io.slackwater.ring.handover.Routes;
import io.slackwater.ring.handover.Unreachable;
import io.slackwater.ring.load.SlotTally;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything about publishing: one thread takes publishes, changes of routes and acks from one queue. So a publish that was put in
 * before a change of routes is written by the former routes and before the ack that follows the change, and one that was put in
 * later goes by the new ones: nobody can be "about to write" by routes that are over, and no lock is needed to say so.
 *
 * <p>A publish whose slot has no usable connection now waits; later ones of the same slot queue up behind it, so that the order of
 * each channel is kept. How many publishes may be without an outcome is bounded, in number and in bytes.
 */
final class Publishing {
    private static final long TICK_MILLIS = 20;
    /** What is pending, in one number: bytes in the lower bits, how many above. */
    private static final int BYTE_BITS = 40;
    /** One of them may be one that the operator cannot reach. */
    private static final int TOLD_THROUGH = 2;

    private final Shared shared;
    private final Lane lane;
    private final PublishLedger ledger;
    private final Consumer<MemberEvent> report;
    private final AtomicLong pending = new AtomicLong();
    private final Map<Long, PublisherLink> links = new HashMap<>();
    private final WaitingRoom waiting = new WaitingRoom();
    private @Nullable PublisherLink[] linkOfSlot = new @Nullable PublisherLink[Slots.COUNT];
    private @Nullable ScheduledFuture<?> ticking;
    private final CompletableFuture<Void> idle = new CompletableFuture<>();
    private final SlotTally tally = new SlotTally();
    private final Reachability reachability = new Reachability();
    private volatile boolean closed;
    private volatile long publishedBytes;

    Publishing(Shared shared, Lane lane, PublishLedger ledger, Consumer<MemberEvent> report) {
        this.shared = shared;
        this.lane = lane;
        this.ledger = ledger;
        this.report = report;
        ticking = lane.loop().scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    // ---- from any thread

    /** @param channelBytes how many bytes the channel has in UTF-8 */
    CompletableFuture<Long> publish(String channel, int channelBytes, byte[] payload) {
        Publish publish = new Publish(this, channel, channelBytes, payload, Slots.of(channel), System.nanoTime());
        if (closed) {
            return refuse("the client is closed");
        }
        long size = 1L << BYTE_BITS | publish.bytes();
        long after = pending.addAndGet(size);
        if (after >>> BYTE_BITS > shared.settings().maxPendingPublishes()
                || (after & (1L << BYTE_BITS) - 1) > shared.settings().maxPendingBytes()) {
            pending.addAndGet(-size);
            return refuse("too many publishes are waiting for their outcome: more than "
                    + shared.settings().maxPendingPublishes() + " or "
                    + shared.settings().maxPendingBytes() + " bytes");
        }
        try {
            lane.loop().execute(publish);
        } catch (RejectedExecutionException e) {
            publish.notSent("the client is closed");
        }
        return publish.result();
    }

    private CompletableFuture<Long> refuse(String why) {
        metrics().notSent();
        return CompletableFuture.failedFuture(new NotSentException(why));
    }

    /** Publishes without an outcome now. */
    int pending() {
        return (int) (pending.get() >>> BYTE_BITS);
    }

    ClientMetrics metrics() {
        return shared.metrics();
    }

    void connect(Connect connect) {
        lane.loop().execute(() -> {
            PublisherLink link = new PublisherLink(
                    shared,
                    lane,
                    connect,
                    report,
                    this,
                    ledger.account(connect.node().id()));
            links.put(connect.connection(), link);
            link.connect();
        });
    }

    void close(long connection) {
        lane.loop().execute(() -> {
            PublisherLink link = links.remove(connection);
            if (link != null) {
                link.close();
            }
        });
    }

    void readRing(long connection) {
        lane.loop().execute(() -> {
            PublisherLink link = links.get(connection);
            if (link != null) {
                link.readRing();
            }
        });
    }

    void reroute(Routes routes) {
        lane.loop().execute(() -> follow(routes));
    }

    void ack(long connection, Ack ack) {
        lane.loop().execute(() -> {
            PublisherLink link = links.get(connection);
            if (link != null) {
                link.ack(shared.names().acks(), ack);
            }
        });
    }

    /** Completes when the books are left, or cannot be. */
    CompletableFuture<Void> leave(LeaveBooks leave) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        lane.loop().execute(() -> {
            PublisherLink link = links.get(leave.connection());
            if (link == null) {
                done.completeExceptionally(new NotSentException("the connection for the books has ended"));
            } else {
                link.leave(leave).whenComplete((ok, failure) -> {
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
            }
        });
        return done;
    }

    /** Bytes of the publishes that were answered so far. */
    long publishedBytes() {
        return publishedBytes;
    }

    /**
     * Reports what was published since the last report.
     *
     * @param spanMillis the time since then
     * @param subscriptions of the member, per slot
     * @return how many bytes were sent; 0 when no server can be reached now, and what was counted is in the next report
     */
    CompletableFuture<Integer> reportLoad(long spanMillis, int[] subscriptions) {
        return CompletableFuture.supplyAsync(
                () -> {
                    PublisherLink link = links.values().stream()
                            .filter(PublisherLink::isUsable)
                            .findFirst()
                            .orElse(null);
                    if (link == null || closed) {
                        return 0;
                    }
                    byte[] report = tally.report(shared.settings().member(), spanMillis, subscriptions)
                            .encode();
                    link.advise(shared.names().acks(), report);
                    return report.length;
                },
                lane.loop());
    }

    /** Tells the operator which of these nodes have been out of reach for a while, through some that are not. */
    void reportUnreachable(Set<String> nodes) {
        lane.loop().execute(() -> {
            Map<String, PublisherLink> reached = new HashMap<>();
            links.values().stream()
                    .filter(PublisherLink::isUsable)
                    .forEach(link -> reached.putIfAbsent(link.request.node().id(), link));
            List<String> missing =
                    reachability.toTell(nodes, reached.keySet(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
            if (!missing.isEmpty() && !closed) {
                byte[] report = new Unreachable(
                                shared.settings().member(),
                                missing.subList(0, Math.min(Unreachable.MAX_NODES, missing.size())))
                        .encode();
                reached.values().stream()
                        .limit(TOLD_THROUGH)
                        .forEach(link -> link.advise(shared.names().acks(), report));
            }
        });
    }

    /** From now on nothing is taken, and what waits is not sent. Completes when what was written has got its outcome. */
    CompletableFuture<Void> stopTaking() {
        closed = true;
        lane.loop()
                .execute(() ->
                        waiting.removeIf(slot -> true).forEach(publish -> publish.notSent("the client is closed")));
        return idle;
    }

    /** Ends every connection; what has no outcome yet gets one. */
    CompletableFuture<Void> closeAll() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        lane.loop().execute(() -> {
            if (ticking != null) {
                ticking.cancel(false);
            }
            List.copyOf(links.values()).forEach(PublisherLink::shutNow);
            links.clear();
            waiting.removeIf(slot -> true).forEach(publish -> publish.notSent("the client is closed"));
            done.complete(null);
        });
        return done;
    }

    // ---- on the publishing thread

    void route(Publish publish) {
        PublisherLink link = linkOfSlot[publish.slot];
        if (link != null && link.isUsable() && !waiting.has(publish.slot)) {
            link.publish(publish);
        } else if (closed) {
            publish.notSent("the client is closed");
        } else {
            waiting.add(publish);
        }
    }

    /** It was given to a connection that ended before it was written: it waits like any other. */
    void putBack(Publish publish) {
        waiting.add(publish);
    }

    void ended(PublisherLink link) {
        links.remove(link.request.connection(), link);
    }

    void answered(Publish publish, long receivers) {
        tally.published(publish.channel(), publish.slot, receivers);
        publishedBytes += publish.bytes(); // written by this thread only
    }

    void settled(Publish publish) {
        pending.addAndGet(-(1L << BYTE_BITS | publish.bytes()));
    }

    private void follow(Routes routes) {
        @Nullable PublisherLink[] next = new @Nullable PublisherLink[Slots.COUNT];
        long last = -1;
        PublisherLink link = null;
        for (int slot = 0; slot < next.length; slot++) {
            long connection = routes.connection(slot);
            if (connection != last) {
                last = connection;
                link = links.get(connection);
            }
            next[slot] = link;
        }
        linkOfSlot = next;
        waiting.removeIf(this::isUsable).forEach(this::route);
    }

    private boolean isUsable(int slot) {
        PublisherLink link = linkOfSlot[slot];
        return link != null && link.isUsable();
    }

    private void tick() {
        if (closed && pending.get() == 0) {
            idle.complete(null);
        }
        long startedBefore =
                System.nanoTime() - shared.settings().publishTimeout().toNanos();
        for (Publish publish : waiting.removeStartedBefore(startedBefore)) {
            publish.notSent("the owner of the channel's slot " + publish.slot
                    + " could not be reached within the publish time-out");
        }
        for (PublisherLink link : new ArrayList<>(links.values())) {
            link.tellOverdue(startedBefore);
        }
    }
}
