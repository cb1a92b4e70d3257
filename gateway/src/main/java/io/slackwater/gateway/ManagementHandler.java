package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Health, metrics and drain, over plain HTTP on the management port. One request a connection. */
@ChannelHandler.Sharable
final class ManagementHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    /** The text format that every Prometheus reads. */
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private record Answer(HttpResponseStatus status, String type, String body) {}

    private final BooleanSupplier tierConnected;
    private final Drain drain;
    private final Supplier<String> scrape;

    ManagementHandler(BooleanSupplier tierConnected, Drain drain, Supplier<String> scrape) {
        this.tierConnected = tierConnected;
        this.drain = drain;
        this.scrape = scrape;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        Answer answer = answer(request.method(), new QueryStringDecoder(request.uri()));
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, answer.status(), Unpooled.copiedBuffer(answer.body() + "\n", UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.type())
                .setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private Answer answer(HttpMethod method, QueryStringDecoder uri) {
        boolean get = method.equals(HttpMethod.GET);
        boolean post = method.equals(HttpMethod.POST);
        return switch (uri.path()) {
            case "/healthz" -> get ? ok("alive") : notAllowed("GET");
            case "/readyz" -> get ? ready() : notAllowed("GET");
            case "/metrics" -> get ? new Answer(HttpResponseStatus.OK, PROMETHEUS, scrape.get()) : notAllowed("GET");
            case "/drain" ->
                get
                        ? new Answer(HttpResponseStatus.OK, JSON, drain.state().json())
                        : post ? startDrain(uri) : notAllowed("GET or POST");
            default ->
                new Answer(
                        HttpResponseStatus.NOT_FOUND,
                        TEXT,
                        "nothing is here: there are /healthz, /readyz, /metrics and /drain");
        };
    }

    private Answer ready() {
        Drain.State state = drain.state();
        if (state.phase() != Drain.Phase.SERVING) {
            return new Answer(
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    TEXT,
                    "draining: " + state.remaining() + " connections are left");
        }
        return tierConnected.getAsBoolean()
                ? ok("ready")
                : new Answer(HttpResponseStatus.SERVICE_UNAVAILABLE, TEXT, "not connected to the pub/sub tier");
    }

    private Answer startDrain(QueryStringDecoder uri) {
        try {
            DrainRequest request = new DrainRequest(
                    (int) number(uri, "disconnectsPerSecond", -1),
                    Duration.ofMillis(number(uri, "patienceMillis", 0)),
                    Duration.ofMillis(number(uri, "reconnectSpreadMillis", 0)));
            return new Answer(
                    HttpResponseStatus.ACCEPTED, JSON, drain.start(request).json());
        } catch (IllegalArgumentException refused) {
            return bad(String.valueOf(refused.getMessage()));
        }
    }

    /** @param absent what counts when it is not given; -1 when it must be */
    private static long number(QueryStringDecoder uri, String name, long absent) {
        List<String> values = uri.parameters().getOrDefault(name, List.of());
        if (values.isEmpty() && absent >= 0) {
            return absent;
        }
        if (values.size() != 1 || !values.getFirst().matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("write one " + name + ", as in /drain?disconnectsPerSecond=500"
                    + "&patienceMillis=0&reconnectSpreadMillis=30000");
        }
        return Long.parseLong(values.getFirst());
    }

    private static Answer ok(String body) {
        return new Answer(HttpResponseStatus.OK, TEXT, body);
    }

    private static Answer bad(String sentence) {
        return new Answer(HttpResponseStatus.BAD_REQUEST, TEXT, sentence);
    }

    private static Answer notAllowed(String methods) {
        return new Answer(HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "use " + methods);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
