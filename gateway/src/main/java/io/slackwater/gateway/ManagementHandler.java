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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Health, metrics, drain and shed, over plain HTTP on the management port. One request a connection. */
@ChannelHandler.Sharable
final class ManagementHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";
    /** The text format that every Prometheus reads. */
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private record Answer(HttpResponseStatus status, String type, String body) {}

    private final BooleanSupplier tierConnected;
    private final Drain drain;
    private final Shed shed;
    private final Supplier<String> scrape;

    ManagementHandler(BooleanSupplier tierConnected, Drain drain, Shed shed, Supplier<String> scrape) {
        this.tierConnected = tierConnected;
        this.drain = drain;
        this.shed = shed;
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
            case "/shed" ->
                get
                        ? new Answer(HttpResponseStatus.OK, JSON, shed.state().json())
                        : post ? shed(uri) : notAllowed("GET or POST");
            default ->
                new Answer(
                        HttpResponseStatus.NOT_FOUND,
                        TEXT,
                        "nothing is here: there are /healthz, /readyz, /metrics, /drain and /shed");
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
        ManagementQuery query = new ManagementQuery(
                uri, "/drain?disconnectsPerSecond=500&patienceMillis=0&reconnectSpreadMillis=30000");
        return accepted(() -> drain.start(new DrainRequest(
                        query.number("disconnectsPerSecond"),
                        query.millisOrZero("patienceMillis"),
                        query.millisOrZero("reconnectSpreadMillis")))
                .json());
    }

    private Answer shed(QueryStringDecoder uri) {
        ManagementQuery query = new ManagementQuery(
                uri,
                "/shed?id=a1&clients=100&olderThanMillis=60000&disconnectsPerSecond=50&reconnectSpreadMillis=1000");
        try {
            return accepted(() -> shed.order(new ShedRequest(
                            query.text("id"),
                            query.number("clients"),
                            query.millis("olderThanMillis"),
                            query.number("disconnectsPerSecond"),
                            query.millisOrZero("reconnectSpreadMillis")))
                    .json());
        } catch (IllegalStateException drains) {
            return new Answer(HttpResponseStatus.CONFLICT, TEXT, String.valueOf(drains.getMessage()));
        }
    }

    /** What a request that was taken leads to; what is wrong with it, where it is not. */
    private static Answer accepted(Supplier<String> state) {
        try {
            return new Answer(HttpResponseStatus.ACCEPTED, JSON, state.get());
        } catch (IllegalArgumentException refused) {
            return new Answer(HttpResponseStatus.BAD_REQUEST, TEXT, String.valueOf(refused.getMessage()));
        }
    }

    private static Answer ok(String body) {
        return new Answer(HttpResponseStatus.OK, TEXT, body);
    }

    private static Answer notAllowed(String methods) {
        return new Answer(HttpResponseStatus.METHOD_NOT_ALLOWED, TEXT, "use " + methods);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
