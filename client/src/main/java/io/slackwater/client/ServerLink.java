package io.slackwater.client;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.netty.util.concurrent.ScheduledFuture;
import io.slackwater.ring.Node;
import io.slackwater.ring.Ring;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.ConnectionName;
import io.slackwater.ring.handover.MemberAction.Connect;
import io.slackwater.ring.handover.MemberEvent;
import io.slackwater.ring.handover.Role;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a server, from {@link Connect} to its end; never used again after that. Everything happens on the thread of its
 * {@link Lane}. It reports {@link MemberEvent.Connected} once and {@link MemberEvent.Disconnected} once, or the latter alone;
 * nothing after {@link #close}.
 *
 * <p>A server that stays silent for as long as {@link ClientSettings#silence()}, PING included, is taken for gone: a connection cut
 * without a word would otherwise stay open for ever.
 */
abstract class ServerLink implements RedisConnectionStateListener {
    private static final Logger LOG = LoggerFactory.getLogger(ServerLink.class);
    private static final int BEATS = 5;

    /** What all links of a client share. */
    record Shared(
            ClientSettings settings, ClusterNames names, RingReader rings, ClientMetrics metrics, Throttle throttle) {}

    private enum State {
        CONNECTING,
        OPEN,
        ENDED
    }

    protected final Shared shared;
    protected final Lane lane;
    protected final Connect request;
    private final Consumer<MemberEvent> report;
    private final Deque<Node.Address> untried;
    private State state = State.CONNECTING;
    private @Nullable StatefulRedisConnection<String, byte[]> connection;
    private @Nullable ScheduledFuture<?> timer;
    private boolean unreported;
    private boolean heard;
    private int silentBeats;

    ServerLink(Shared shared, Lane lane, Connect request, Consumer<MemberEvent> report) {
        this.shared = shared;
        this.lane = lane;
        this.request = request;
        this.report = report;
        this.untried = new ArrayDeque<>(request.node().addresses());
    }

    /** Makes the connection of the right kind; it may fail later. */
    abstract CompletionStage<? extends StatefulRedisConnection<String, byte[]>> dial(RedisURI uri);

    /** Puts whatever has to come between naming the connection and reading the ring; its failure is the connection's. */
    abstract CompletionStage<?> beforeRing();

    /** Called once, before the end is reported. Not called when {@link #close} ended it. */
    abstract void ended();

    /** Begins; returns at once. */
    final void connect() {
        // The driver gives each address the time-out; naming and reading get it once more.
        long millis = shared.settings().connectTimeout().toMillis() * (untried.size() + 1);
        timer = lane.loop()
                .schedule(() -> end("not ready after " + millis + " ms", null), millis, TimeUnit.MILLISECONDS);
        lane.loop().execute(this::dialNext);
    }

    private void dialNext() {
        if (state != State.CONNECTING) {
            return;
        }
        Node.Address address = untried.removeFirst();
        dial(lane.uris().to(address, request.node().tlsName()))
                .whenComplete((made, failure) -> inLoop(() -> {
                    if (made == null) {
                        nextAddress(address, failure);
                    } else if (state != State.CONNECTING) {
                        made.closeAsync();
                    } else {
                        connection = made;
                        made.addListener(this);
                        if (made.isOpen()) {
                            introduce(made.async());
                        } else {
                            end("ended at once", null);
                        }
                    }
                }));
    }

    private void nextAddress(Node.Address address, @Nullable Throwable failure) {
        if (untried.isEmpty()) {
            end("cannot connect to " + address, failure);
        } else {
            dialNext();
        }
    }

    private void introduce(RedisAsyncCommands<String, byte[]> redis) {
        ConnectionName name = new ConnectionName(
                shared.settings().protocolVersion(),
                shared.settings().cluster(),
                shared.settings().member(),
                request.role());
        CompletionStage<?> named = redis.clientSetname(name.toString());
        CompletionStage<Long> id = redis.clientId();
        CompletionStage<byte[]> node = redis.get(shared.names().node());
        named.thenCombine(id, (ok, number) -> number)
                .thenCombine(node, Found::new)
                .whenComplete((found, failure) -> {
                    if (failure != null) {
                        end("refused", failure);
                    } else if (state == State.CONNECTING) {
                        if (Arrays.equals(found.node(), request.node().id().getBytes(PayloadCodec.CHARSET))) {
                            takePart(redis, found.clientId());
                        } else {
                            end("another process answers there", null);
                        }
                    }
                });
    }

    private void takePart(RedisAsyncCommands<String, byte[]> redis, long clientId) {
        CompletionStage<?> before = request.formerClientId() == 0
                ? redis.sadd(shared.names().members(), memberName())
                : redis.clientKill(KillArgs.Builder.id(request.formerClientId()))
                        .thenCombine(redis.sadd(shared.names().members(), memberName()), (killed, added) -> added);
        CompletionStage<?> listening = beforeRing();
        CompletionStage<byte[]> ring = redis.get(shared.names().ring());
        before.thenCombine(listening, (a, b) -> a)
                .thenCombine(ring, (a, bytes) -> new RingBytes(bytes))
                .whenComplete((found, failure) -> {
                    if (failure != null) {
                        end("refused", failure);
                    } else if (state == State.CONNECTING) {
                        open(clientId, shared.rings().read(found.bytes(), where()));
                    }
                });
    }

    private void open(long clientId, @Nullable Ring ring) {
        state = State.OPEN;
        stopTimer();
        long beat = Math.max(1, shared.settings().silence().toMillis() / BEATS);
        timer = lane.loop().scheduleWithFixedDelay(this::beat, beat, beat, TimeUnit.MILLISECONDS);
        shared.throttle().reset(where());
        shared.metrics().connected(request.role(), 1);
        report(new MemberEvent.Connected(request.connection(), clientId, ring));
    }

    /** Reads the key {@code ring} again. */
    final void readRing() {
        if (isOpen()) {
            redis().get(shared.names().ring()).whenComplete((bytes, failure) -> {
                if (failure != null) {
                    commandFailed("GET ring", failure);
                } else if (isOpen()) {
                    report(new MemberEvent.RingRead(
                            request.connection(), shared.rings().read(bytes, where())));
                }
            });
        }
    }

    private void beat() {
        if (heard) {
            heard = false;
            silentBeats = 0;
        } else if (++silentBeats > BEATS) {
            end("silent for " + shared.settings().silence().toMillis() + " ms", null);
        } else if (silentBeats == 1) {
            redis().ping().whenComplete((pong, failure) -> {
                heard();
                if (failure != null) {
                    commandFailed("PING", failure);
                }
            });
        }
    }

    /** Something arrived. */
    final void heard() {
        heard = true;
    }

    /** A command came to nothing. An error reply is the caller's business; anything else ends a connection that cannot be relied on. */
    final void commandFailed(String command, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (!(cause instanceof RedisCommandExecutionException)) {
            end(command + " failed", cause);
        } else if (isOpen() && shared.throttle().admits(where() + command)) {
            LOG.error("{} refused {}: {}", where(), command, cause.getMessage());
        }
    }

    @Override
    public final void onRedisDisconnected(RedisChannelHandler<?, ?> gone) {
        inLoop(() -> end("connection ended", null));
    }

    /** Ends the connection and reports so, unless it has ended before. */
    final void end(String why, @Nullable Throwable failure) {
        if (state == State.ENDED) {
            return;
        }
        if (shared.throttle().admits(where())) {
            LOG.info("{}: {}{}", where(), why, failure == null ? "" : ": " + rootOf(failure));
        }
        shut();
        ended();
        if (!unreported) {
            report.accept(new MemberEvent.Disconnected(request.connection()));
        }
    }

    /** From now on nothing is reported, not even the end. */
    final void reportNothing() {
        unreported = true;
    }

    /** Ends the connection; nothing is reported. */
    void close() {
        shut();
    }

    private void shut() {
        if (state == State.OPEN) {
            shared.metrics().connected(request.role(), -1);
        }
        state = State.ENDED;
        stopTimer();
        if (connection != null && connection.isOpen()) {
            connection.closeAsync();
        }
    }

    final boolean isOpen() {
        return state == State.OPEN;
    }

    final boolean isEnded() {
        return state == State.ENDED;
    }

    /** The connection; only between its making and its end. */
    final StatefulRedisConnection<String, byte[]> connection() {
        if (connection == null) {
            throw new IllegalStateException(where() + " is not connected");
        }
        return connection;
    }

    final RedisAsyncCommands<String, byte[]> redis() {
        return connection().async();
    }

    final void report(MemberEvent event) {
        if (state == State.OPEN && !unreported) {
            report.accept(event);
        }
    }

    final String where() {
        return (request.role() == Role.SUBSCRIBER ? "subscribing" : "publishing") + " connection to "
                + request.node().id();
    }

    final byte[] memberName() {
        return shared.settings().member().getBytes(PayloadCodec.CHARSET);
    }

    private void inLoop(Runnable task) {
        if (lane.loop().inEventLoop()) {
            task.run();
        } else if (!lane.loop().isShuttingDown()) {
            lane.loop().execute(task);
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    /** What went wrong in the first place. */
    static String rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.toString();
    }

    private record Found(long clientId, byte @Nullable [] node) {}

    private record RingBytes(byte @Nullable [] bytes) {}
}
