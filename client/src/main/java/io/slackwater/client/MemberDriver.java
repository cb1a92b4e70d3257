package io.slackwater.client;

import io.netty.util.concurrent.ScheduledFuture;
import io.slackwater.client.Readiness.Waiter;
import io.slackwater.client.ServerLink.Shared;
import io.slackwater.client.SubscribeWindows.Kind;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.Member;
import io.slackwater.ring.handover.MemberAction;
import io.slackwater.ring.handover.MemberEvent;
import io.slackwater.ring.handover.PublishLedger;
import io.slackwater.ring.handover.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the {@link Member} on the client's thread: brings it every event and does what its actions say. Events that come up while
 * actions are being carried out wait until those are done.
 */
final class MemberDriver {
    private static final Logger LOG = LoggerFactory.getLogger(MemberDriver.class);
    private static final long SHOW_MILLIS = 250;
    private static final long REPORT_MILLIS = 500;

    private final Shared shared;
    private final Lane lane;
    private final Publishing publishing;
    private final MessageListener listener;
    private final Member member;
    private final SeedReader seeds;
    private final Map<Long, SubscriberLink> subscribers = new HashMap<>();
    private final Readiness channels = new Readiness();
    private final Readiness patterns = new Readiness();
    private final Queue<MemberEvent> events = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> booksLeft = new ArrayList<>();
    private final CompletableFuture<Void> ringKnown = new CompletableFuture<>();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private @Nullable ScheduledFuture<?> wake;
    private final LoadReporting loadReporting;
    private long deliveredBytes;
    private boolean reporting;
    private boolean busy;
    private boolean closed;

    MemberDriver(Shared shared, Lane client, Lane publisher, MessageListener listener) {
        PublishLedger ledger = new PublishLedger();
        ClientSettings settings = shared.settings();
        this.shared = shared;
        this.lane = client;
        this.listener = listener;
        this.member = new Member(
                settings.member(),
                settings.publishersPerNode(),
                settings.handover(),
                ledger,
                RandomGenerator.getDefault());
        this.publishing = new Publishing(shared, publisher, ledger, this::post);
        this.loadReporting = new LoadReporting(settings.loadReportInterval().toMillis(), nowMillis());
        this.seeds = new SeedReader(
                shared, client, () -> !closed && member.isCutOff(), ring -> on(new MemberEvent.RingSeen(ring)));
    }

    // ---- from any thread

    /** Begins. Completes when a ring is known. */
    CompletableFuture<Void> start() {
        lane.loop().scheduleWithFixedDelay(this::show, SHOW_MILLIS, SHOW_MILLIS, TimeUnit.MILLISECONDS);
        lane.loop().scheduleWithFixedDelay(this::reportLoad, REPORT_MILLIS, REPORT_MILLIS, TimeUnit.MILLISECONDS);
        lane.loop()
                .scheduleWithFixedDelay(this::reportUnreachable, REPORT_MILLIS, REPORT_MILLIS, TimeUnit.MILLISECONDS);
        seeds.start();
        return ringKnown;
    }

    SeedReader seeds() {
        return seeds;
    }

    Publishing publishing() {
        return publishing;
    }

    void post(MemberEvent event) {
        if (!lane.loop().isShuttingDown()) {
            lane.loop().execute(() -> on(event));
        }
    }

    void subscribe(List<String> names, Waiter waiter) {
        lane.loop().execute(() -> {
            if (closed) {
                waiter.done.completeExceptionally(closedFailure());
            } else if (hasRoomFor(names.size(), waiter)) {
                on(new MemberEvent.Subscribe(names));
                for (String name : names) {
                    if (!member.isChannelReady(name)) {
                        channels.await(name, waiter);
                    }
                }
            }
        });
    }

    void allNamed(Waiter waiter) {
        lane.loop().execute(waiter::allNamed);
    }

    CompletableFuture<Void> unsubscribe(List<String> names) {
        return CompletableFuture.runAsync(
                () -> {
                    on(new MemberEvent.Unsubscribe(names));
                    channels.unsubscribed(names);
                },
                lane.loop());
    }

    void subscribePattern(String pattern, Waiter waiter) {
        lane.loop().execute(() -> {
            if (closed) {
                waiter.done.completeExceptionally(closedFailure());
            } else if (hasRoomFor(1, waiter)) {
                on(new MemberEvent.SubscribePattern(pattern));
                if (!member.isPatternReady(pattern)) {
                    patterns.await(pattern, waiter);
                }
                waiter.allNamed();
            }
        });
    }

    CompletableFuture<Void> unsubscribePattern(String pattern) {
        return CompletableFuture.runAsync(
                () -> {
                    on(new MemberEvent.UnsubscribePattern(pattern));
                    patterns.unsubscribed(List.of(pattern));
                },
                lane.loop());
    }

    /** Leaves the tier: completes when the books are left, or that has failed. */
    CompletableFuture<Void> leave() {
        post(new MemberEvent.Leave());
        return left;
    }

    /** Ends every connection. */
    CompletableFuture<Void> closeAll() {
        CompletableFuture<Void> ended = CompletableFuture.runAsync(
                () -> {
                    closed = true;
                    subscribers.values().forEach(SubscriberLink::close);
                    subscribers.clear();
                    channels.closed();
                    patterns.closed();
                },
                lane.loop());
        return ended.thenCombine(publishing.closeAll(), (a, b) -> a);
    }

    // ---- on the client's thread

    private void on(MemberEvent event) {
        if (closed) {
            return;
        }
        if (busy) {
            events.add(event);
            return;
        }
        busy = true;
        try {
            MemberEvent next = event;
            do {
                for (MemberAction action : member.on(next, nowMillis())) {
                    carryOut(action);
                }
                next = events.poll();
            } while (next != null);
            if (!ringKnown.isDone() && member.ring() != null) {
                ringKnown.complete(null);
            }
        } catch (RuntimeException e) {
            LOG.error("the member failed on {}", event.getClass().getSimpleName(), e);
        } finally {
            busy = false;
        }
    }

    private void carryOut(MemberAction action) {
        switch (action) {
            case MemberAction.Deliver deliver -> deliver(deliver);
            case MemberAction.Connect connect -> connect(connect);
            case MemberAction.Close close -> close(close.connection());
            case MemberAction.ReadRing read -> readRing(read.connection());
            case MemberAction.SubscribeChannels ask -> send(ask.connection(), Kind.SUBSCRIBE, ask.channels());
            case MemberAction.UnsubscribeChannels ask -> send(ask.connection(), Kind.UNSUBSCRIBE, ask.channels());
            case MemberAction.SubscribePatterns ask -> send(ask.connection(), Kind.PSUBSCRIBE, ask.patterns());
            case MemberAction.UnsubscribePatterns ask -> send(ask.connection(), Kind.PUNSUBSCRIBE, ask.patterns());
            case MemberAction.Reroute reroute -> publishing.reroute(reroute.routes());
            case MemberAction.SendAck send -> publishing.ack(send.connection(), send.ack());
            case MemberAction.ChannelReady ready -> channels.ready(ready.channel());
            case MemberAction.PatternReady ready -> patterns.ready(ready.pattern());
            case MemberAction.LeaveBooks leave -> booksLeft.add(publishing.leave(leave));
            case MemberAction.Left ignored -> leftAll();
            case MemberAction.WakeAt wakeAt -> wakeAt(wakeAt.millis());
            case MemberAction.Count count -> shared.metrics().count(count.counter(), count.amount());
        }
    }

    private void reportLoad() {
        long now = nowMillis();
        long traffic = deliveredBytes + publishing.publishedBytes();
        if (closed || reporting || !loadReporting.due(now, traffic)) {
            return;
        }
        reporting = true;
        publishing
                .reportLoad(loadReporting.span(now), member.subscriptionsPerSlot())
                .whenCompleteAsync(
                        (bytes, failure) -> {
                            reporting = false;
                            if (failure == null) {
                                loadReporting.sent(now, traffic, bytes);
                                shared.metrics().loadReported(bytes);
                            } else if (shared.throttle().admits("load report")) {
                                LOG.warn("cannot report the load: {}", failure.toString());
                            }
                        },
                        lane.loop());
    }

    private void reportUnreachable() {
        Ring ring = member.ring();
        if (!closed && ring != null) {
            publishing.reportUnreachable(ring.nodeIds());
        }
    }

    private void deliver(MemberAction.Deliver deliver) {
        deliveredBytes += deliver.payload().length;
        try {
            Mark mark = Mark.read(deliver.payload());
            if (mark != null) {
                if (deliver.pattern() == null) {
                    listener.onMark(deliver.channel(), mark);
                }
                return;
            }
            if (deliver.pattern() == null) {
                listener.onMessage(deliver.channel(), deliver.payload());
            } else {
                listener.onPatternMessage(deliver.pattern(), deliver.channel(), deliver.payload());
            }
            shared.metrics().delivered();
        } catch (RuntimeException e) {
            shared.metrics().listenerFailed();
            if (shared.throttle().admits("listener")) {
                LOG.error("the listener failed on a message of {} (said at most once in 10 s)", deliver.channel(), e);
            }
        }
    }

    private void connect(MemberAction.Connect connect) {
        if (connect.role() == Role.PUBLISHER) {
            publishing.connect(connect);
        } else {
            SubscriberLink link = new SubscriberLink(shared, lane, connect, this::on);
            subscribers.put(connect.connection(), link);
            link.connect();
        }
    }

    private void close(long connection) {
        SubscriberLink link = subscribers.remove(connection);
        if (link == null) {
            publishing.close(connection);
        } else {
            link.close();
        }
    }

    private void readRing(long connection) {
        SubscriberLink link = subscribers.get(connection);
        if (link == null) {
            publishing.readRing(connection);
        } else {
            link.readRing();
        }
    }

    private void send(long connection, Kind kind, List<String> names) {
        SubscriberLink link = subscribers.get(connection);
        if (link != null) {
            link.add(kind, names);
        }
    }

    private void leftAll() {
        CompletableFuture.allOf(booksLeft.toArray(CompletableFuture[]::new)).whenComplete((ok, failure) -> {
            if (failure != null) {
                LOG.warn("left without leaving all books: {}", failure.getMessage());
            }
            left.complete(null);
        });
    }

    private void wakeAt(long millis) {
        if (wake != null) {
            wake.cancel(false);
        }
        long delay = Math.max(0, millis - nowMillis());
        wake = lane.loop().schedule(() -> on(new MemberEvent.Wake()), delay, TimeUnit.MILLISECONDS);
    }

    private boolean hasRoomFor(int names, Waiter waiter) {
        int most = shared.settings().maxSubscriptions();
        if (member.wanted() + (long) names <= most) {
            return true;
        }
        waiter.done.completeExceptionally(new IllegalStateException("too many subscriptions: " + member.wanted()
                + " are wanted, " + names + " more would exceed maxSubscriptions, " + most));
        return false;
    }

    private void show() {
        Ring ring = member.ring();
        shared.metrics()
                .show(new ClientMetrics.State(
                        member.wanted(), member.unready(), ring == null ? 0 : ring.epoch(), member.heldBytes()));
    }

    private static IllegalStateException closedFailure() {
        return new IllegalStateException("the client is closed");
    }

    private static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
