package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.Future;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns an accepted TCP connection into a {@link StompSession}, or refuses it in HTTP, where a load balancer and a browser's network
 * view show the reason.
 */
final class WebSocketUpgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketUpgrade.class);

    /** Best first. The two older ones are accepted only to be refused in STOMP, in words that their clients can show. */
    private static final List<String> SUBPROTOCOLS = List.of("v12.stomp", "v11.stomp", "v10.stomp");

    private final SessionContext gateway;
    private final ConnectionRegistry registry;
    private final Admission admission;
    private @Nullable Future<?> timeout;
    private boolean waiting;

    WebSocketUpgrade(SessionContext gateway, ConnectionRegistry registry, Admission admission) {
        this.gateway = gateway;
        this.registry = registry;
        this.admission = admission;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        boolean admitted = registry.socketOpened();
        ctx.channel().closeFuture().addListener(closed -> registry.socketClosed());
        if (!admitted) {
            gateway.metrics().refused(GatewayMetrics.Refusal.LIMIT);
            ctx.close();
            return;
        }
        timeout = ctx.executor()
                .schedule(
                        () -> {
                            gateway.metrics().refused(GatewayMetrics.Refusal.TIMEOUT);
                            ctx.close();
                        },
                        gateway.settings().limits().handshakeTimeout().toMillis(),
                        TimeUnit.MILLISECONDS);
        ctx.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        cancelTimeout();
        ctx.fireChannelInactive();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        GatewaySettings settings = gateway.settings();
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (waiting) {
            ctx.close(); // it was to wait for the answer to its first request
        } else if (request.decoderResult().isFailure()) {
            refuse(ctx, HttpResponseStatus.BAD_REQUEST, GatewayMetrics.Refusal.REQUEST, "this is not an HTTP request");
        } else if (!new QueryStringDecoder(request.uri()).path().equals(settings.path())) {
            refuse(
                    ctx,
                    HttpResponseStatus.NOT_FOUND,
                    GatewayMetrics.Refusal.REQUEST,
                    "nothing is here: the WebSocket endpoint is " + settings.path());
        } else if (!request.method().equals(HttpMethod.GET)
                || !request.headers().contains(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
            refuse(
                    ctx,
                    HttpResponseStatus.UPGRADE_REQUIRED,
                    GatewayMetrics.Refusal.REQUEST,
                    "this endpoint speaks STOMP 1.2 over WebSocket");
        } else if (origin != null
                && !settings.allowedOrigins().isEmpty()
                && !settings.allowedOrigins().contains(origin)) {
            refuse(
                    ctx,
                    HttpResponseStatus.FORBIDDEN,
                    GatewayMetrics.Refusal.ORIGIN,
                    "this origin is not among the allowed ones");
        } else if (!refusedForDrain(ctx)) {
            upgrade(ctx, request);
        }
    }

    private void upgrade(ChannelHandlerContext ctx, FullHttpRequest request) {
        List<String> offered = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> List.of(line.split(",")).stream())
                .map(String::strip)
                .toList();
        String chosen =
                SUBPROTOCOLS.stream().filter(offered::contains).findFirst().orElse(null);
        if (chosen == null && !offered.isEmpty()) {
            refuse(
                    ctx,
                    HttpResponseStatus.BAD_REQUEST,
                    GatewayMetrics.Refusal.REQUEST,
                    "none of the offered subprotocols is known: offer v12.stomp");
            return;
        }
        WebSocketServerHandshaker handshaker = new WebSocketServerHandshakerFactory(
                        gateway.settings().path(),
                        chosen,
                        WebSocketDecoderConfig.newBuilder()
                                .maxFramePayloadLength(
                                        gateway.settings().limits().maxMessageBytes())
                                .allowExtensions(false)
                                .closeOnProtocolViolation(false)
                                .build())
                .newHandshaker(request);
        if (handshaker == null) {
            WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(ctx.channel())
                    .addListener(ChannelFutureListener.CLOSE);
            return;
        }
        if (!registry.takePlace()) {
            refuse(
                    ctx,
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    GatewayMetrics.Refusal.LIMIT,
                    "this gateway has its " + gateway.settings().limits().maxConnections()
                            + " connections: connect again to reach another");
            return;
        }
        ctx.channel().closeFuture().addListener(closed -> registry.returnPlace());
        String oldProtocol = chosen == null || chosen.equals("v12.stomp") ? null : chosen;
        switch (admission.ask()) {
            case Admission.Verdict.Refused(int seconds) ->
                refuse(
                        ctx,
                        HttpResponseStatus.SERVICE_UNAVAILABLE,
                        GatewayMetrics.Refusal.QUEUE,
                        "too many come at once: connect again after " + seconds + " s",
                        seconds);
            case Admission.Verdict.Admitted(long delayNanos) ->
                await(ctx, delayNanos, request, () -> begin(ctx, handshaker, request, oldProtocol));
        }
    }

    /** Lets a client in when its turn comes. Without a wait at once, for this loop may have much to do. */
    private void await(ChannelHandlerContext ctx, long delayNanos, FullHttpRequest request, Runnable begin) {
        long asked = gateway.nanos().getAsLong();
        Runnable turn = () -> {
            cancelTimeout();
            begin.run();
            gateway.metrics().accepted(gateway.nanos().getAsLong() - asked);
        };
        if (delayNanos == 0) {
            turn.run();
            return;
        }
        waiting = true;
        request.retain();
        ctx.executor()
                .schedule(
                        () -> {
                            waiting = false;
                            if (ctx.channel().isActive() && !refusedForDrain(ctx)) {
                                turn.run();
                            }
                            request.release();
                        },
                        delayNanos,
                        TimeUnit.NANOSECONDS);
    }

    private boolean refusedForDrain(ChannelHandlerContext ctx) {
        if (registry.isDraining()) {
            refuse(
                    ctx,
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    GatewayMetrics.Refusal.DRAINING,
                    "this gateway is being drained: connect again to reach another");
        }
        return registry.isDraining();
    }

    private void begin(
            ChannelHandlerContext ctx,
            WebSocketServerHandshaker handshaker,
            FullHttpRequest request,
            @Nullable String oldProtocol) {
        String id = gateway.settings().member() + "-" + UUID.randomUUID();
        StompSession session = new StompSession(gateway, ctx.channel(), id);
        ChannelPipeline pipeline = ctx.pipeline();
        try {
            handshaker.handshake(ctx.channel(), request);
        } catch (WebSocketHandshakeException refused) {
            refuse(
                    ctx,
                    HttpResponseStatus.BAD_REQUEST,
                    GatewayMetrics.Refusal.REQUEST,
                    String.valueOf(refused.getMessage()));
            return;
        }
        registry.add(session);
        ctx.channel().closeFuture().addListener(closed -> registry.remove(session));
        pipeline.addLast(new Utf8FrameValidator(false));
        pipeline.addLast(
                new WebSocketFrameAggregator(gateway.settings().limits().maxMessageBytes()));
        // Frames that were decoded before reading stopped wait here: without it one read could exceed the window.
        pipeline.addLast(new FlowControlHandler());
        pipeline.addLast(session);
        pipeline.remove(this);
        session.start();
        if (oldProtocol != null) {
            session.fail(
                    ErrorKind.VERSION,
                    "subprotocol " + oldProtocol + " is not served: this server speaks STOMP 1.2, offer v12.stomp",
                    null);
        }
    }

    private void refuse(
            ChannelHandlerContext ctx, HttpResponseStatus status, GatewayMetrics.Refusal reason, String sentence) {
        refuse(ctx, status, reason, sentence, 1);
    }

    private void refuse(
            ChannelHandlerContext ctx,
            HttpResponseStatus status,
            GatewayMetrics.Refusal reason,
            String sentence,
            int retryAfterSeconds) {
        gateway.metrics().refused(reason);
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer(sentence + "\n", UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
            response.headers().setInt(HttpHeaderNames.RETRY_AFTER, retryAfterSeconds);
        }
        if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        }
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private void cancelTimeout() {
        if (timeout != null) {
            timeout.cancel(false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("{} ended before its handshake: {}", ctx.channel().remoteAddress(), cause.toString());
        ctx.close();
    }
}
