package io.slackwater.operator.coordination;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a session with whatever server listens at one address, and makes a new one when it ends: the server may then be another
 * process. Everything but {@link #dial} runs on the coordinator's thread, and so do the calls of the listener.
 */
final class NodeLink {
    private static final Logger log = LoggerFactory.getLogger(NodeLink.class);
    private static final Duration RETRY_FIRST = Duration.ofMillis(100);
    private static final Duration RETRY_LATER = Duration.ofSeconds(1);
    private static final Duration RETRY_REFUSED = Duration.ofSeconds(5);
    private static final long QUICK_MILLIS = 10_000;
    private static final long PING_LATE_MILLIS = 1_000;
    private static final int PINGS_MISSED = 3;

    /** How a link stands. */
    enum State {
        /** No session yet, none was lost. */
        CONNECTING,
        UP,
        /** The last attempt failed, or the session ended. */
        DOWN,
        /** The server can never be a node as it is. */
        REFUSED,
        CLOSED
    }

    /** Is told what becomes of a link. */
    interface Listener {
        void up(NodeLink link, NodeSession session);

        /** A session has ended; nothing of it is told any more. */
        void down(NodeLink link, NodeSession session, String reason);

        void refused(NodeLink link, String reason);

        /** Arrived on the channel {@code acks}. */
        void ack(NodeLink link, byte[] message);
    }

    private final String podName;
    private final Address address;
    private final String tlsName;
    private final NodeDialer dialer;
    private final CoordinatorLoop loop;
    private final LongSupplier clock;
    private final Listener listener;

    private State state = State.CONNECTING;
    private String reason = "";
    private long since;
    private long attempts;
    private @Nullable NodeSession session;
    private @Nullable Future<?> retry;
    private boolean dialing;
    private long pingSentAt;
    private int pingsMissed;
    private boolean pinging;

    /**
     * @param tlsName see {@link Node#tlsName()}
     * @param clock milliseconds that do not go back
     */
    NodeLink(
            String podName,
            Address address,
            String tlsName,
            NodeDialer dialer,
            CoordinatorLoop loop,
            LongSupplier clock,
            Listener listener) {
        this.podName = podName;
        this.address = address;
        this.tlsName = tlsName;
        this.dialer = dialer;
        this.loop = loop;
        this.clock = clock;
        this.listener = listener;
        this.since = clock.getAsLong();
    }

    State state() {
        return state;
    }

    /** Why it is in this state; may be empty. */
    String reason() {
        return reason;
    }

    /** When it entered the state. */
    long since() {
        return since;
    }

    Address address() {
        return address;
    }

    /** Whether an attempt has ended, well or not. */
    boolean tried() {
        return attempts > 0;
    }

    /** The session while the link is up. */
    @Nullable
    NodeSession session() {
        return session;
    }

    /** Connects now, unless it is connected or about to be. */
    void connect() {
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
        if (state == State.UP || state == State.CLOSED || dialing) {
            return;
        }
        dialing = true;
        Thread.ofVirtual().name("slackwater-dial-" + podName).start(this::dial);
    }

    private void dial() {
        try {
            NodeSession made = dialer.dial(podName, address, tlsName, message -> loop.execute(() -> heard(message)));
            loop.execute(() -> opened(made), made::close);
        } catch (NodeDialer.Refused e) {
            loop.execute(() -> failed(State.REFUSED, String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            loop.execute(() -> failed(State.DOWN, root(e)));
        }
    }

    private void opened(NodeSession made) {
        dialing = false;
        attempts++;
        if (state == State.CLOSED) {
            made.close();
            return;
        }
        session = made;
        pinging = false;
        pingsMissed = 0;
        enter(State.UP, "");
        watch(made);
        listener.up(this, made);
    }

    private void watch(NodeSession made) {
        RedisConnectionStateListener ended = new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
                loop.execute(() -> end(made, "the connection has ended"));
            }

            @Override
            public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress remote) {}
        };
        made.commands().addListener(ended);
        made.listener().addListener(ended);
        if (!made.commands().isOpen() || !made.listener().isOpen()) {
            loop.execute(() -> end(made, "the connection has ended"));
        }
    }

    private void failed(State next, String why) {
        dialing = false;
        attempts++;
        if (state == State.CLOSED) {
            return;
        }
        boolean news = state != next || !reason.equals(why);
        if (news) {
            enter(next, why);
            log.info("cannot use server: pod={} address={} reason=\"{}\"", podName, address, why);
        }
        if (next == State.REFUSED && news) {
            listener.refused(this, why);
        }
        retryAfter(
                next == State.REFUSED
                        ? RETRY_REFUSED
                        : clock.getAsLong() - since < QUICK_MILLIS ? RETRY_FIRST : RETRY_LATER);
    }

    private void retryAfter(Duration delay) {
        retry = loop.schedule(
                () -> {
                    retry = null;
                    connect();
                },
                delay.toMillis());
    }

    /**
     * Hands over the answer on the coordinator's thread, unless the session has ended by then; when it fails the session ends. So
     * whoever asks hears either the answer or {@link Listener#down}.
     */
    <T> void then(NodeSession asked, CompletableFuture<T> answer, Consumer<T> use) {
        answer.whenComplete((value, error) -> loop.execute(() -> {
            if (session != asked) {
                return;
            }
            if (error != null) {
                end(asked, root(error));
            } else {
                use.accept(value);
            }
        }));
    }

    /** Asks for a sign of life; to be called a few times a second. A server that misses three in a row, a second each, is given up. */
    void tick() {
        NodeSession current = session;
        if (current == null) {
            return;
        }
        long now = clock.getAsLong();
        if (!pinging) {
            pinging = true;
            pingSentAt = now;
            current.ping()
                    .whenComplete((pong, error) -> loop.execute(() -> {
                        if (session == current && error == null) {
                            pinging = false;
                            pingsMissed = 0;
                        }
                    }));
        } else if (now - pingSentAt >= PING_LATE_MILLIS) {
            pingSentAt = now;
            pingsMissed++;
            if (pingsMissed >= PINGS_MISSED) {
                end(current, "the server does not answer PING");
            }
        }
    }

    private void heard(byte[] message) {
        if (state != State.CLOSED) {
            listener.ack(this, message);
        }
    }

    private void end(NodeSession ended, String why) {
        if (session != ended) {
            return;
        }
        session = null;
        ended.close();
        enter(State.DOWN, why);
        listener.down(this, ended, why);
        connect();
    }

    /** Ends the session without telling anyone, for good. */
    void close() {
        if (retry != null) {
            retry.cancel(false);
        }
        state = State.CLOSED;
        NodeSession open = session;
        session = null;
        if (open != null) {
            open.close();
        }
    }

    private void enter(State next, String why) {
        if (state != next) {
            since = clock.getAsLong();
        }
        state = next;
        reason = why;
    }

    private static String root(Throwable error) {
        Throwable deepest = error;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }
}
