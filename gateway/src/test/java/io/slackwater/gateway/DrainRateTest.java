package io.slackwater.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * How even a drain is, measured with real sockets: clients note when they were told to go and when they were told to come again. The
 * figures are printed; what is asserted is generous, for a busy machine is late.
 */
class DrainRateTest {
    private static final int CLIENTS = 3_000;
    private static final byte[] UPGRADE =
            ("GET /stomp HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Protocol: v12.stomp\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
    private static final String DELAY = "reconnect-after-ms=";

    private final TestGateway gateway = new TestGateway("--connections-per-second=0", "--connect-timeout=600000");
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CountDownLatch open = new CountDownLatch(CLIENTS);
    private final CountDownLatch told = new CountDownLatch(CLIENTS);
    private final AtomicLongArray againNanos = new AtomicLongArray(CLIENTS);

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        gateway.close();
    }

    @Test
    void reconnectsComeAtTheSetRate() throws InterruptedException {
        connectAll();
        long begun = System.nanoTime();
        gateway.post("/drain?disconnectsPerSecond=1000&reconnectSpreadMillis=2000");
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        double seconds = (System.nanoTime() - begun) / 1e9;
        double rate = CLIENTS / seconds;
        int peak = peak(againNanos);
        System.out.printf(
                "drain of %d at 1000/s: %.0f/s, peak of those who come again within a second %d (%.2f of the set rate)%n",
                CLIENTS, rate, peak, peak / 1000.0);
        assertThat(rate).isBetween(700.0, 1_050.0);
        assertThat(peak).isLessThan(1_300);
    }

    @Test
    void fiveThousandASecondWhenAllowed() throws InterruptedException {
        connectAll();
        long begun = System.nanoTime();
        gateway.post("/drain?disconnectsPerSecond=100000");
        assertThat(told.await(60, TimeUnit.SECONDS)).isTrue();
        double rate = CLIENTS / ((System.nanoTime() - begun) / 1e9);
        System.out.printf("drain of %d without a limit: %.0f/s%n", CLIENTS, rate);
        assertThat(rate).isGreaterThan(1_000);
    }

    /** The most within any second. */
    private static int peak(AtomicLongArray times) {
        long[] sorted = new long[times.length()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = times.get(i);
        }
        java.util.Arrays.sort(sorted);
        int peak = 0;
        int from = 0;
        for (int to = 0; to < sorted.length; to++) {
            while (sorted[to] - sorted[from] >= TimeUnit.SECONDS.toNanos(1)) {
                from++;
            }
            peak = Math.max(peak, to - from + 1);
        }
        return peak;
    }

    private void connectAll() throws InterruptedException {
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            new Bootstrap()
                    .group(loops)
                    .channel(NioSocketChannel.class)
                    .handler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel channel) {
                            channel.pipeline().addLast(new Client(number));
                        }
                    })
                    .connect("127.0.0.1", gateway.server.port());
        }
        assertThat(open.await(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Sends a handshake, and then waits for the close frame. */
    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private final int number;
        private boolean upgraded;

        Client(int number) {
            this.number = number;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(UPGRADE));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            if (!upgraded) {
                upgraded = bytes.toString(StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101");
                open.countDown();
                return;
            }
            if ((bytes.getByte(0) & 0xF) != 8) {
                return;
            }
            long now = System.nanoTime();
            String reason = bytes.toString(StandardCharsets.UTF_8);
            int at = reason.indexOf(DELAY);
            long millis = at < 0 ? 0 : Long.parseLong(reason.substring(at + DELAY.length()));
            againNanos.set(number, now + TimeUnit.MILLISECONDS.toNanos(millis));
            told.countDown();
            ctx.close();
        }
    }
}
