package io.slackwater.gateway;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.slackwater.client.PubSub;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: two listening ports, the event loops behind them, and the membership in the tier. {@link #close} gives all of it
 * back.
 */
final class GatewayServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);
    private static final int LONGEST_REQUEST_BODY = 1024;
    private static final int MANAGEMENT_SECONDS = 10;

    private final GatewaySettings settings;
    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final EventLoopGroup acceptor;
    private final EventLoopGroup workers;
    private final ConnectionRegistry registry;
    private final Drain drain;
    private final Shed shed;
    private final Channel management;
    private final ChannelFanout fanout;
    private final Channel endpoint;
    private volatile boolean open;

    /**
     * Listens for the management requests, joins the tier, then lets clients in.
     *
     * @throws RuntimeException if that fails; nothing is left behind then
     */
    @SuppressWarnings("this-escape")
    GatewayServer(GatewaySettings settings, Tier tier, Authenticator authenticator) {
        this.settings = settings;
        acceptor = group(1, "gateway-accept");
        workers = group(settings.threads(), "gateway");
        registry = new ConnectionRegistry(settings.limits().maxConnections());
        AcceptLatency latency = new AcceptLatency(System::nanoTime);
        drain = new Drain(registry, acceptor, System::nanoTime, latency::millis);
        GatewayMetrics metrics = new GatewayMetrics(meters, latency);
        Admission admission = new Admission(
                settings.connectionsPerSecond(),
                settings.acceptQueue(),
                System::nanoTime,
                bound -> ThreadLocalRandom.current().nextInt(bound));
        shed = new Shed(registry, acceptor, System::nanoTime, metrics::shed);
        metrics.watch(GatewayMetric.CONNECTIONS, registry::connections);
        metrics.watch(GatewayMetric.DRAINING, () -> registry.isDraining() ? 1 : 0);
        List<EventLoop> loops = new ArrayList<>();
        workers.forEach(executor -> loops.add((EventLoop) executor));
        PubSub joined = null;
        try {
            // First, and before the tier: a liveness probe must not kill a gateway that waits for its tier.
            ManagementHandler handler =
                    new ManagementHandler(() -> open && tier.isConnected(), drain, shed, meters::scrape);
            management = listen(settings.managementPort(), () -> handler, true);
            fanout = new ChannelFanout(
                    loops,
                    settings.limits().maxBacklogBytes(),
                    metrics,
                    System::nanoTime,
                    listener -> tier.connect(listener, meters));
            joined = fanout.pubSub();
            SessionContext context = new SessionContext(settings, authenticator, fanout, metrics, System::nanoTime);
            endpoint = listen(settings.port(), () -> new WebSocketUpgrade(context, registry, admission), false);
        } catch (RuntimeException e) {
            if (joined != null) {
                joined.close();
            }
            shutDown();
            throw e;
        }
        open = true;
        LOG.info(
                "{} listens on {}:{}{}, management on port {}",
                settings.member(),
                settings.bindAddress(),
                port(),
                settings.path(),
                managementPort());
    }

    private static EventLoopGroup group(int threads, String name) {
        return new MultiThreadIoEventLoopGroup(
                threads, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
    }

    private Channel listen(int port, Supplier<ChannelHandler> handler, boolean impatient) {
        // Management is served by the acceptor's loop: a probe must not wait behind the fan-out.
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(acceptor, impatient ? acceptor : workers)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(
                                settings.limits().maxPendingBytes(),
                                settings.limits().maxPendingBytes()))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        if (impatient) {
                            channel.pipeline().addLast(new ReadTimeoutHandler(MANAGEMENT_SECONDS));
                        }
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(LONGEST_REQUEST_BODY),
                                        handler.get());
                    }
                });
        ChannelFuture bound = bootstrap.bind(settings.bindAddress(), port).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IllegalStateException("cannot listen on " + settings.bindAddress() + ":" + port + ": "
                    + bound.cause().getMessage());
        }
        return bound.channel();
    }

    /** The port of the WebSocket endpoint, also when the settings left it open. */
    int port() {
        return portOf(endpoint);
    }

    int managementPort() {
        return portOf(management);
    }

    private static int portOf(Channel channel) {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    Drain drain() {
        return drain;
    }

    Shed shed() {
        return shed;
    }

    ChannelFanout fanout() {
        return fanout;
    }

    /**
     * Drains, as it was told to or as the settings say, and closes when nobody is left or the time-out is over. Management is served
     * meanwhile, so that the drain can still be watched and changed. Blocks; an interrupt ends the wait.
     */
    void leave() {
        LeavingSettings leaving = settings.leaving();
        if (drain.state().phase() == Drain.Phase.SERVING) {
            drain.start(leaving.request());
        }
        while (drain.state().phase() != Drain.Phase.DRAINED
                && drain.age().compareTo(leaving.timeout()) < 0
                && pause(20)) {
            continue;
        }
        close();
    }

    private static boolean pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Closes every connection with 1012, leaves the tier and stops. Waits at most about the close time-out and the tier's own. Idempotent.
     */
    @Override
    public void close() {
        if (workers.isShuttingDown()) {
            return;
        }
        registry.drain();
        endpoint.close().awaitUninterruptibly();
        registry.sessions()
                .forEach(session -> session.leave(
                        WebSocketCloseStatus.SERVICE_RESTART,
                        drain.reason("this gateway stops: connect again to reach another")));
        awaitEmpty();
        fanout.pubSub().close();
        management.close().awaitUninterruptibly();
        shutDown();
        LOG.info("{} has stopped", settings.member());
    }

    private void awaitEmpty() {
        long deadline = System.nanoTime()
                + settings.limits().closeTimeout().plusMillis(500).toNanos();
        while (registry.connections() > 0 && System.nanoTime() < deadline && pause(5)) {
            continue;
        }
    }

    private void shutDown() {
        workers.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        acceptor.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        meters.close();
    }
}
