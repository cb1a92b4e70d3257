package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection after its WebSocket handshake: its phases, its clocks and its end. What a connected client may do is in {@link
 * StompCommands}.
 *
 * <p>The ends: a client's fault is told in an ERROR frame and closed with the code of its {@link ErrorKind}; a slow consumer is
 * closed with 1008, a client that would have missed a message with 1013, a drain with 1012. After the close frame the subscriptions are
 * gone at once, and the TCP connection follows when the client answers, at the latest after the close time-out.
 */
final class StompSession extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final Logger LOG = LoggerFactory.getLogger(StompSession.class);

    /** RFC 6455: a control frame holds 125 bytes, two of them the code. */
    private static final int LONGEST_REASON = 123;

    private enum Phase {
        AWAITING_CONNECT,
        AUTHENTICATING,
        CONNECTED,
        CLOSING
    }

    private final SessionContext gateway;
    private final Channel channel;
    private final String id;
    private final StompDecoder decoder;
    private final Outbound outbound;
    private final SendWindow sends;
    private final StompCommands commands;
    private final List<Future<?>> timers = new ArrayList<>();
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final long openedNanos;
    private Phase phase = Phase.AWAITING_CONNECT;
    private long lastReadNanos;

    StompSession(SessionContext gateway, Channel channel, String id) {
        this.gateway = gateway;
        this.channel = channel;
        this.id = id;
        LoopFanout fanout = gateway.fanout().on(channel.eventLoop());
        decoder = new StompDecoder(gateway.settings().limits());
        outbound = new Outbound(channel, fanout.flushes(), gateway.metrics(), gateway.nanos(), this::slow);
        sends = new SendWindow(channel, gateway.settings().limits().maxInFlightSends());
        commands = new StompCommands(this, gateway, fanout, outbound, sends);
        openedNanos = gateway.nanos().getAsLong();
        lastReadNanos = openedNanos;
    }

    /** Begins; called once, on the event loop, when the handshake is done. */
    void start() {
        long millis = gateway.settings().limits().connectTimeout().toMillis();
        timers.add(channel.eventLoop()
                .schedule(
                        () -> fail(
                                ErrorKind.TIMEOUT,
                                phase == Phase.AUTHENTICATING
                                        ? "the login was not decided within " + millis + " ms"
                                        : "no CONNECT frame came within " + millis + " ms",
                                null),
                        millis,
                        TimeUnit.MILLISECONDS));
    }

    String id() {
        return id;
    }

    /** Runs a task on the session's event loop; dropped when the gateway has stopped. */
    void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException stopped) {
            LOG.debug("{}: the gateway has stopped", id);
        }
    }

    /** True for the first who wants to tell it to go; everybody else leaves it alone. For any thread. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /** Whether somebody has told it to go, or will. For any thread. */
    boolean isClaimed() {
        return claimed.get();
    }

    /** When the WebSocket was opened, on the gateway's clock. For any thread. */
    long openedNanos() {
        return openedNanos;
    }

    /** Whether the TCP connection is there. For any thread. */
    boolean isConnected() {
        return channel.isActive();
    }

    /** True between CONNECTED and the close frame. */
    boolean isOpen() {
        return phase == Phase.CONNECTED;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        lastReadNanos = gateway.nanos().getAsLong();
        switch (frame) {
            case TextWebSocketFrame text -> receive(text, false);
            case BinaryWebSocketFrame binary -> receive(binary, true);
            case PingWebSocketFrame ping -> pong(ping);
            case CloseWebSocketFrame close -> closedByClient(close);
            default -> LOG.trace("{} sent a {}", id, frame.getClass().getSimpleName());
        }
    }

    private void receive(WebSocketFrame message, boolean binary) {
        if (phase == Phase.CLOSING) {
            return;
        }
        StompFrame frame = null;
        try {
            frame = decoder.decode(message.content());
            if (frame == null) {
                return;
            }
            switch (frame.command()) {
                case "CONNECT", "STOMP" -> connect(frame, binary);
                default -> {
                    if (phase != Phase.CONNECTED) {
                        throw new StompException(
                                ErrorKind.PROTOCOL,
                                "the first frame is " + StompDecoder.shown(frame.command()) + ": send CONNECT first");
                    }
                    commands.handle(frame);
                }
            }
        } catch (StompException e) {
            fail(e.kind(), String.valueOf(e.getMessage()), frame == null ? null : frame.header("receipt"));
        }
    }

    private void connect(StompFrame frame, boolean binary) {
        if (phase != Phase.AWAITING_CONNECT) {
            throw new StompException(ErrorKind.PROTOCOL, "this session is already connected: send CONNECT once");
        }
        if (binary) {
            outbound.useBinary();
        }
        String versions = frame.headers().getOrDefault("accept-version", "1.0");
        if (!List.of(versions.split(",", -1)).contains("1.2")) {
            throw new StompException(
                    ErrorKind.VERSION,
                    "accept-version is '" + StompDecoder.shown(versions) + "': this server speaks STOMP 1.2 only");
        }
        HeartBeat heartBeat = HeartBeat.negotiate(gateway.settings().heartBeatMillis(), frame.header("heart-beat"));
        phase = Phase.AUTHENTICATING;
        // What the client has already sent after CONNECT waits unread until it is known who it is.
        sends.hold(true);
        Credentials credentials = new Credentials(
                frame.header("login"),
                frame.header("passcode"),
                frame.headers(),
                String.valueOf(channel.remoteAddress()));
        gateway.authenticate(credentials)
                .whenComplete((decision, failure) -> execute(() -> decided(decision, failure, heartBeat)));
    }

    private void decided(Authenticator.@Nullable Decision decision, @Nullable Throwable failure, HeartBeat heartBeat) {
        if (phase != Phase.AUTHENTICATING) {
            return;
        }
        if (decision == null) {
            LOG.warn("{}: the authenticator failed: {}", id, String.valueOf(failure));
            fail(ErrorKind.REFUSED, "the login could not be checked: try again later", null);
            return;
        }
        switch (decision) {
            case Authenticator.Decision.Refused(String reason) -> fail(ErrorKind.REFUSED, reason, null);
            case Authenticator.Decision.Accepted(String principal) -> connected(principal, heartBeat);
        }
    }

    private void connected(String principal, HeartBeat heartBeat) {
        phase = Phase.CONNECTED;
        cancelTimers();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("version", "1.2");
        headers.put("session", id);
        headers.put("server", SessionContext.SERVER);
        headers.put("slackwater-features", SessionContext.FEATURES);
        int own = gateway.settings().heartBeatMillis();
        headers.put("heart-beat", own + "," + own);
        outbound.frame(StompFrame.of("CONNECTED", headers));
        LOG.debug("{} connected as {}", id, principal);
        lastReadNanos = gateway.nanos().getAsLong();
        every(heartBeat.sendMillis(), () -> beat(heartBeat.sendMillis()));
        every(heartBeat.receiveMillis(), () -> listen(heartBeat));
        sends.hold(false);
    }

    private void every(long intervalMillis, Runnable action) {
        if (intervalMillis > 0) {
            // Twice an interval, so that what is late is late by half of one.
            long half = Math.max(1, intervalMillis / 2);
            timers.add(channel.eventLoop().scheduleWithFixedDelay(action, half, half, TimeUnit.MILLISECONDS));
        }
    }

    private void beat(long intervalMillis) {
        if (silentMillis(outbound.lastFlushNanos()) >= intervalMillis / 2) {
            outbound.beat();
        }
    }

    private void listen(HeartBeat heartBeat) {
        if (!sends.isReading()) {
            // The gateway does not read at the moment: the silence is its own.
            lastReadNanos = gateway.nanos().getAsLong();
        } else if (heartBeat.isOverdue(silentMillis(lastReadNanos))) {
            fail(
                    ErrorKind.TIMEOUT,
                    "nothing came for more than " + HeartBeat.PATIENCE * heartBeat.receiveMillis()
                            + " ms: heart-beats were promised every " + heartBeat.receiveMillis() + " ms",
                    null);
        }
    }

    private long silentMillis(long sinceNanos) {
        return TimeUnit.NANOSECONDS.toMillis(gateway.nanos().getAsLong() - sinceNanos);
    }

    private void pong(PingWebSocketFrame ping) {
        if (phase != Phase.CLOSING && outbound.admits()) {
            outbound.flush();
            channel.writeAndFlush(new PongWebSocketFrame(ping.content().retain()), channel.voidPromise());
        }
    }

    /** Ends the session for a fault: ERROR, then the close frame. For the event loop. */
    void fail(ErrorKind kind, String sentence, @Nullable String receipt) {
        if (phase == Phase.CLOSING) {
            return;
        }
        gateway.metrics().error(kind);
        LOG.debug("{} ends: {}: {}", id, kind, sentence);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("message", sentence);
        if (receipt != null) {
            headers.put("receipt-id", receipt);
        }
        if (kind == ErrorKind.VERSION) {
            headers.put("version", "1.2");
        }
        outbound.frame(StompFrame.of("ERROR", headers));
        close(kind.closeStatus(), sentence);
    }

    private void slow() {
        gateway.metrics().slowConsumer();
        LOG.debug("{} ends: slow consumer", id);
        close(
                WebSocketCloseStatus.POLICY_VIOLATION,
                "slow consumer: more than " + gateway.settings().limits().maxPendingBytes() + " bytes wait to be read");
    }

    /** Ends the session because the gateway could not take a message for it. */
    void missed() {
        close(WebSocketCloseStatus.TRY_AGAIN_LATER, "the gateway is overloaded and would have skipped a message");
    }

    /** Ends the session for the gateway's own reasons, after the answers to what the client has sent. For any thread. */
    void leave(WebSocketCloseStatus status, String reason) {
        execute(() -> {
            if (phase != Phase.CLOSING) {
                sends.hold(true);
                sends.whenEmpty(() -> close(status, reason));
                // An answer of the tier that never comes must not keep the gateway up.
                closeAfterTimeout();
            }
        });
    }

    /**
     * Lets the client go to another gateway. One that asked for notices is told and has some time to go by itself; any other is closed. For any
     * thread.
     *
     * @param delayMillis how long it is to wait before it connects again; empty if that is nobody's concern
     */
    void depart(String sentence, OptionalLong delayMillis) {
        execute(() -> {
            long within = gateway.settings().moveTime().toMillis();
            if (phase != Phase.CONNECTED || within == 0 || !commands.notices().areWanted()) {
                leave(
                        WebSocketCloseStatus.SERVICE_RESTART,
                        delayMillis.isEmpty() ? sentence : Drain.reason(sentence, delayMillis.getAsLong()));
                return;
            }
            commands.notices().move(delayMillis.orElse(0), within);
            timers.add(channel.eventLoop()
                    .schedule(
                            () -> leave(WebSocketCloseStatus.SERVICE_RESTART, sentence),
                            delayMillis.orElse(0) + within,
                            TimeUnit.MILLISECONDS));
        });
    }

    /** Ends the session with a close frame. For the event loop. */
    void close(WebSocketCloseStatus status, String reason) {
        if (phase == Phase.CLOSING) {
            return;
        }
        release();
        outbound.end();
        channel.writeAndFlush(new CloseWebSocketFrame(status, shortened(reason)), channel.voidPromise());
        channel.config().setAutoRead(true);
        closeAfterTimeout();
    }

    private void closeAfterTimeout() {
        timers.add(channel.eventLoop()
                .schedule(
                        () -> {
                            channel.close();
                        },
                        gateway.settings().limits().closeTimeout().toMillis(),
                        TimeUnit.MILLISECONDS));
    }

    private void closedByClient(CloseWebSocketFrame frame) {
        if (phase == Phase.CLOSING) {
            channel.close();
            return;
        }
        release();
        outbound.end();
        channel.writeAndFlush(new CloseWebSocketFrame(true, 0, frame.content().retain()))
                .addListener(ChannelFutureListener.CLOSE);
        closeAfterTimeout();
    }

    /** Gives back everything but the TCP connection. */
    private void release() {
        phase = Phase.CLOSING;
        cancelTimers();
        commands.release();
    }

    private void cancelTimers() {
        timers.forEach(timer -> timer.cancel(false));
        timers.clear();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (phase != Phase.CLOSING) {
            release();
        }
        outbound.end();
        cancelTimers();
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        switch (cause) {
            case CorruptedWebSocketFrameException corrupted -> {
                boolean tooLong = corrupted.closeStatus().equals(WebSocketCloseStatus.MESSAGE_TOO_BIG);
                fail(tooLong ? ErrorKind.TOO_LARGE : ErrorKind.MALFORMED, "WebSocket: " + corrupted.getMessage(), null);
            }
            case TooLongFrameException tooLong ->
                fail(
                        ErrorKind.TOO_LARGE,
                        "the WebSocket message is longer than "
                                + gateway.settings().limits().maxMessageBytes() + " bytes",
                        null);
            case IOException broken -> ctx.close();
            default -> {
                LOG.error("{}: a defect ends this session", id, cause);
                fail(ErrorKind.INTERNAL, "a defect of the gateway ended this session", null);
            }
        }
    }

    private static String shortened(String reason) {
        byte[] bytes = reason.getBytes(UTF_8);
        if (bytes.length <= LONGEST_REASON) {
            return reason;
        }
        int end = LONGEST_REASON;
        while ((bytes[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(bytes, 0, end, UTF_8);
    }
}
