package io.slackwater.quickstart.traffic;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.URI;
import java.util.concurrent.CompletableFuture;

/**
 * One user: a WebSocket with a STOMP session over it. It does not connect again: a user who is cut off has lost what came meanwhile, and
 * the checker is to see that.
 *
 * <p>Methods may be called from any thread; the listener is called on the connection's event loop.
 */
final class StompConnection extends SimpleChannelInboundHandler<WebSocketFrame> {
    private static final int LARGEST_HANDSHAKE = 8192;
    private static final int LARGEST_FRAME = 128 * 1024;

    /** What happens to the session. */
    interface Listener {
        /** A MESSAGE: the subscription's id, and where the payload lies in the array. */
        void message(int subscription, byte[] bytes, int from, int to);

        /** A RECEIPT. */
        void receipt(String id);

        /** The session has ended, and not by {@link #close()}; called once at most. */
        void cutOff(String why);
    }

    private final URI uri;
    private final Listener listener;
    private final CompletableFuture<StompConnection> connected = new CompletableFuture<>();
    private volatile boolean closing;
    private volatile Channel channel = new io.netty.channel.embedded.EmbeddedChannel();
    private String reason = "the connection ended";

    private StompConnection(URI uri, Listener listener) {
        this.uri = uri;
        this.listener = listener;
    }

    /** Opens a session; completes when the server has said CONNECTED. */
    static CompletableFuture<StompConnection> open(EventLoopGroup loops, URI uri, Listener listener) {
        StompConnection connection = new StompConnection(uri, listener);
        WebSocketClientProtocolConfig webSocket = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(uri)
                .subprotocol("v12.stomp")
                .maxFramePayloadLength(LARGEST_FRAME)
                .handshakeTimeoutMillis(20_000)
                .handleCloseFrames(false) // their reason is of interest
                .build();
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel made) {
                        made.pipeline()
                                .addLast(
                                        new HttpClientCodec(),
                                        new HttpObjectAggregator(LARGEST_HANDSHAKE),
                                        new WebSocketClientProtocolHandler(webSocket),
                                        connection);
                    }
                })
                .connect(uri.getHost(), uri.getPort())
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        connection.connected.completeExceptionally(done.cause());
                    }
                });
        return connection.connected;
    }

    /** Asks for a subscription; the receipt tells when it is there. */
    void subscribe(int id, String channelName, String receipt) {
        write("SUBSCRIBE\nid:" + id + "\ndestination:/topic/" + channelName + "\nreceipt:" + receipt + "\n\n\0");
    }

    /** Sends a message; the receipt tells when it is published. {@link #flush()} has to follow. */
    void send(String channelName, byte[] payload, String receipt) {
        String head = "SEND\ndestination:/topic/" + channelName + "\nreceipt:" + receipt + "\ncontent-length:"
                + payload.length + "\n\n";
        ByteBuf frame = channel.alloc().buffer(head.length() + payload.length + 1);
        frame.writeCharSequence(head, US_ASCII);
        frame.writeBytes(payload).writeByte(0);
        var unused = channel.write(new TextWebSocketFrame(frame), channel.voidPromise());
    }

    void flush() {
        channel.flush();
    }

    /** Ends the session; no message is awaited. */
    void close() {
        closing = true;
        var unused = channel.close();
    }

    private void write(String frame) {
        var unused = channel.writeAndFlush(new TextWebSocketFrame(frame), channel.voidPromise());
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        channel = ctx.channel();
        ctx.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            write("CONNECT\naccept-version:1.2\nhost:" + uri.getHost() + "\nheart-beat:0,0\n\n\0");
        } else if (event == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
            reason = "the WebSocket handshake took too long";
            var unused = ctx.close();
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame close) {
            reason = "closed by the gateway: " + close.statusCode() + " " + close.reasonText();
            ctx.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        ByteBuf content = frame.content();
        byte[] bytes = new byte[content.readableBytes()];
        content.readBytes(bytes);
        StompText text = new StompText(bytes);
        if (text.begins('M')) {
            String id = text.header("subscription");
            listener.message(id == null ? -1 : Integer.parseInt(id), bytes, text.body(), text.bodyEnd());
        } else if (text.begins('R')) {
            listener.receipt(String.valueOf(text.header("receipt-id")));
        } else if (text.begins('C')) {
            connected.complete(this);
        } else if (text.begins('E')) {
            reason = "the gateway said ERROR: " + new String(bytes, UTF_8).replaceAll("\\s*\n\\s*", " | ");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (!connected.completeExceptionally(new IllegalStateException(uri + ": " + reason)) && !closing) {
            listener.cutOff(reason);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        reason = cause.toString();
        var unused = ctx.close();
    }
}
