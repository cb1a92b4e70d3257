package io.slackwater.quickstart.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.slackwater.quickstart.check.Stamp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a crowd counts; a small server of this test does what a gateway may do. */
class CrowdTest {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Channel> sessions = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private Channel server;

    @SuppressWarnings("NullAway.Init")
    private Crowd crowd;

    @BeforeEach
    void listen() {
        server = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel made) {
                        made.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(4096),
                                        new WebSocketServerProtocolHandler("/stomp", "v12.stomp"),
                                        new Session());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        crowd = new Crowd(URI.create("ws://127.0.0.1:" + port + "/stomp"), 2, 1, 1);
        await().until(crowd::complete);
    }

    @AfterEach
    void end() {
        crowd.close();
        server.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void who_is_told_to_go_comes_again_after_that_time_and_counts_what_it_missed() {
        publish(1, 2, 3);
        await().until(() -> crowd.counts().deliveries() == 6);
        sessions.getFirst().writeAndFlush(new CloseWebSocketFrame(1012, "moving; reconnect-after-ms=300"));
        await().until(() -> crowd.counts().subscribed() == 1);
        publish(4, 5);
        await().until(crowd::complete);
        sessions.forEach(session -> send(session, 3));
        publish(6);
        await().until(() -> crowd.counts().deliveries() == 12);

        Crowd.Counts counts = crowd.counts();
        assertThat(List.of(counts.told(), counts.mostOftenTold(), counts.cut(), counts.busiestSecond()))
                .containsExactly(1, 1, 0, 1);
        assertThat(List.of(counts.missed(), counts.lost(), counts.again(), counts.repeated()))
                .as("3 comes to both once more; one of them was away before")
                .containsExactly(2L, 0L, 1L, 1L);
        assertThat(counts.longestAbsenceMillis()).isBetween(300L, 5_000L);
    }

    @Test
    void a_message_that_does_not_come_while_one_is_there_is_lost_and_one_that_comes_again_is_not_wanted() {
        publish(1, 2, 4, 3, 4, 5);
        await().until(() -> crowd.counts().deliveries() == 12);
        Crowd.Counts counts = crowd.counts();
        assertThat(List.of(counts.missed(), counts.lost(), counts.repeated())).containsExactly(0L, 2L, 4L);
    }

    @Test
    void who_is_cut_off_without_a_word_comes_again_too() {
        publish(1);
        sessions.getFirst().close();
        await().until(() -> crowd.counts().cut() == 1);
        await().atMost(Duration.ofSeconds(5)).until(crowd::complete);
        assertThat(crowd.counts().told()).isZero();
        assertThat(crowd.counts().cuts()).hasSize(1);
    }

    private void publish(long... numbers) {
        for (long n : numbers) {
            sessions.forEach(session -> send(session, n));
        }
    }

    private static void send(Channel session, long n) {
        String payload = new String(new Stamp(0, 0, n, 1).encode(), StandardCharsets.US_ASCII);
        session.writeAndFlush(
                new TextWebSocketFrame("MESSAGE\nsubscription:0\nmessage-id:" + n + "\n\n" + payload + "\0"));
    }

    private final class Session extends SimpleChannelInboundHandler<TextWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, TextWebSocketFrame frame) {
            if (frame.text().startsWith("CONNECT")) {
                ctx.writeAndFlush(new TextWebSocketFrame("CONNECTED\nversion:1.2\n\n\0"));
            } else if (frame.text().startsWith("SUBSCRIBE")) {
                sessions.add(ctx.channel());
                ctx.writeAndFlush(new TextWebSocketFrame("RECEIPT\nreceipt-id:sub\n\n\0"));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            sessions.remove(ctx.channel());
        }
    }
}
