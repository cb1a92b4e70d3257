package io.slackwater.client;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.DnsResolvers;
import io.lettuce.core.resource.SocketAddressResolver;
import io.lettuce.core.resource.ThreadFactoryProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with its own driver: all connections made here live on {@link #loop()}, and the driver's callbacks are called there.
 * The thread is a daemon.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

    private final ClientResources resources;
    private final RedisClient redis;
    private final EventLoopGroup group;
    private final EventLoop loop;
    private final ServerUri.Factory uris;

    private Lane(ClientResources resources, EventLoopGroup group, ClientSettings settings) {
        this.resources = resources;
        this.redis = RedisClient.create(resources);
        this.group = group;
        this.loop = group.next();
        this.uris = new ServerUri.Factory(settings);
        redis.setOptions(options(settings));
    }

    static Lane open(String name, ClientSettings settings) {
        ThreadFactoryProvider threads = pool -> new DefaultThreadFactory("slackwater-" + name, true);
        DefaultEventLoopGroupProvider groups = new DefaultEventLoopGroupProvider(1, threads);
        EventLoopGroup group = groups.allocate(Transports.eventLoopGroupClass());
        // The driver's own background work goes to the same thread: there is next to none, with reconnecting off.
        ClientResources resources = DefaultClientResources.builder()
                .eventLoopGroupProvider(groups)
                .eventExecutorGroup(group)
                .threadFactoryProvider(threads)
                .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                .socketAddressResolver(new AddressOfServer())
                .build();
        return new Lane(resources, group, settings);
    }

    private static ClientOptions options(ClientSettings settings) {
        ClientOptions.Builder options = ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                // Every server that is accepted has it, and with it a subscribed connection still answers commands.
                .protocolVersion(ProtocolVersion.RESP3)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .timeoutOptions(TimeoutOptions.create())
                .pingBeforeActivateConnection(false)
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .tcpNoDelay(true)
                        .build());
        if (settings.tls() != null) {
            options.sslOptions(settings.tls());
        }
        return options.build();
    }

    EventLoop loop() {
        return loop;
    }

    RedisClient redis() {
        return redis;
    }

    ServerUri.Factory uris() {
        return uris;
    }

    /** Ends every connection and the thread; returns when it is gone, or after the time given. Not on the lane's own thread. */
    void close(Duration most) {
        long millis = Math.max(1, most.toMillis());
        // Their futures are completed by the very thread that they end, if at all: the thread's end is what counts.
        redis.shutdownAsync(0, millis, TimeUnit.MILLISECONDS);
        resources.shutdown(0, millis, TimeUnit.MILLISECONDS);
        group.shutdownGracefully(0, millis, TimeUnit.MILLISECONDS);
        if (!loop.terminationFuture().awaitUninterruptibly(millis)) {
            LOG.warn("a thread of the client has not ended within {} ms", millis);
        }
    }

    /** Leads to the address of the server; the host of the URI is the name its certificate is checked against. */
    private static final class AddressOfServer extends SocketAddressResolver {
        AddressOfServer() {
            super(DnsResolvers.UNRESOLVED);
        }

        @Override
        public SocketAddress resolve(RedisURI uri) {
            return uri instanceof ServerUri server ? server.socketAddress() : super.resolve(uri);
        }
    }
}
