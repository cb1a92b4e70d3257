package io.slackwater.testkit.clients;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * WebSocket clients of one gateway who go to another when they are told to or cut off: after the time that they were told, or at once. They note
 * when they lost the first, when they were told to come again, and when the second let them in. Figures are to be asked for when all have left,
 * or returned. Thread-safe.
 */
public final class ReturningClients implements AutoCloseable {
    private static final byte[] UPGRADE =
            ("GET /stomp HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Protocol: v12.stomp\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
    private static final String DELAY = "reconnect-after-ms=";
    private static final int AT_ONCE = 200;
    private static final long DEADLINE_SECONDS = 120;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final @Nullable InetSocketAddress second;
    private final CountDownLatch left;
    private final CountDownLatch returned;
    private final AtomicLongArray lostAt;
    private final AtomicLongArray dueAt;
    private final AtomicLongArray backAt;
    private final AtomicInteger refused = new AtomicInteger();

    /**
     * Connects so many; returns when all are.
     *
     * @param second where they go; null when they just leave
     * @throws IllegalStateException they are not within two minutes
     */
    public ReturningClients(int count, InetSocketAddress first, @Nullable InetSocketAddress second)
            throws InterruptedException {
        this.second = second;
        left = new CountDownLatch(count);
        returned = new CountDownLatch(count);
        lostAt = new AtomicLongArray(count);
        dueAt = new AtomicLongArray(count);
        backAt = new AtomicLongArray(count);
        for (int from = 0; from < count; from += AT_ONCE) {
            int to = Math.min(count, from + AT_ONCE);
            CountDownLatch connected = new CountDownLatch(to - from);
            for (int i = from; i < to; i++) {
                connect(first, new Client(i, connected));
            }
            await(connected, "connected");
        }
    }

    private void connect(InetSocketAddress where, Client client) {
        new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(client);
                    }
                })
                .connect(where)
                .addListener((ChannelFutureListener) done -> {
                    if (!done.isSuccess()) {
                        throw new IllegalStateException("no connection to " + where, done.cause());
                    }
                });
    }

    /** Returns when all have lost the first gateway. */
    public void awaitLeft() throws InterruptedException {
        await(left, "gone");
    }

    /** Returns when all are at the second gateway. */
    public void awaitReturned() throws InterruptedException {
        await(returned, "back");
    }

    private static void await(CountDownLatch all, String what) throws InterruptedException {
        if (!all.await(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    all.getCount() + " clients are not " + what + " within " + DEADLINE_SECONDS + " s");
        }
    }

    /** How often the second gateway did not let one in. */
    public int refused() {
        return refused.get();
    }

    /** From the first to the last that lost the first gateway: how many in a second. */
    public double lostPerSecond() {
        long[] times = sorted(lostAt);
        return times.length / ((times[times.length - 1] - times[0]) / 1e9);
    }

    /** The most that came to the second gateway within any second. */
    public int busiestSecond() {
        return busiestSecond(backAt);
    }

    /** The most who were told to come again within any second. */
    public int busiestSecondAsTold() {
        return busiestSecond(dueAt);
    }

    private static int busiestSecond(AtomicLongArray when) {
        long[] times = sorted(when);
        int most = 0;
        int from = 0;
        for (int to = 0; to < times.length; to++) {
            while (times[to] - times[from] >= TimeUnit.SECONDS.toNanos(1)) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    /** How long the slowest half of all was without a gateway, at least, in milliseconds. */
    public double medianAbsenceMillis() {
        long[] absences = new long[backAt.length()];
        for (int i = 0; i < absences.length; i++) {
            absences[i] = backAt.get(i) - lostAt.get(i);
        }
        Arrays.sort(absences);
        return absences[absences.length / 2] / 1e6;
    }

    private static long[] sorted(AtomicLongArray times) {
        long[] sorted = new long[times.length()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = times.get(i);
        }
        Arrays.sort(sorted);
        return sorted;
    }

    @Override
    public void close() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A connection: to the second gateway when it counts those who have returned, else to the first. */
    private final class Client extends SimpleChannelInboundHandler<ByteBuf> {
        private final int number;
        private final CountDownLatch arrived;
        private final boolean atSecond;
        private boolean upgraded;
        private boolean gone;

        Client(int number, CountDownLatch arrived) {
            this.number = number;
            this.arrived = arrived;
            this.atSecond = arrived == returned;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.wrappedBuffer(UPGRADE));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            if (!upgraded) {
                upgraded = bytes.toString(StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101");
                if (!upgraded) {
                    refused.incrementAndGet();
                } else {
                    if (atSecond) {
                        backAt.set(number, System.nanoTime());
                    }
                    arrived.countDown();
                }
            } else if ((bytes.getByte(0) & 0xF) == 8) {
                String reason = bytes.toString(StandardCharsets.UTF_8);
                int at = reason.indexOf(DELAY);
                leave(ctx, at < 0 ? 0 : Long.parseLong(reason.substring(at + DELAY.length())));
                ctx.close();
            }
        }

        private void leave(ChannelHandlerContext ctx, long millis) {
            if (gone || atSecond) {
                return;
            }
            gone = true;
            long now = System.nanoTime();
            lostAt.set(number, now);
            dueAt.set(number, now + TimeUnit.MILLISECONDS.toNanos(millis));
            left.countDown();
            InetSocketAddress next = second;
            if (next != null) {
                Client again = new Client(number, returned);
                ctx.executor().schedule(() -> connect(next, again), millis, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            leave(ctx, 0);
        }

        @Override
        public void exceptionCaught(
                ChannelHandlerContext ctx, Throwable cause) { // a reset, as of a process that was killed
            ctx.close();
        }
    }
}
