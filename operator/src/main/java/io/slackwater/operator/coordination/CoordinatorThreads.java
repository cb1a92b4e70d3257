package io.slackwater.operator.coordination;

import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** The threads that all coordinators of a process share, those of their connections included: how many there are does not depend on the number of clusters. For any thread. */
public final class CoordinatorThreads implements AutoCloseable {
    private final Loops loops = new Loops();
    private final ClientResources resources = DefaultClientResources.builder()
            .socketAddressResolver(NodeUri.resolver())
            .eventLoopGroupProvider(loops)
            .build();
    private final List<CoordinatorLane> lanes;
    private final AtomicInteger next = new AtomicInteger();

    /** @param count of threads that run coordinators, at least 1 */
    public CoordinatorThreads(int count) {
        lanes = IntStream.rangeClosed(1, count).mapToObj(CoordinatorLane::new).toList();
    }

    /** As many as there are processors, and at least two. */
    public static CoordinatorThreads perProcessor() {
        return new CoordinatorThreads(Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    CoordinatorLoop loop() {
        return new CoordinatorLoop(lanes.get(Math.floorMod(next.getAndIncrement(), lanes.size())));
    }

    ClientResources resources() {
        return resources;
    }

    /** To be called when every coordinator is closed. */
    @Override
    public void close() {
        lanes.forEach(CoordinatorLane::shutdownNow);
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
        loops.end();
    }

    /** Threads of connections. They outlive the last client that uses them, since the next may come at any time. */
    private static final class Loops extends DefaultEventLoopGroupProvider {
        private final Set<EventLoopGroup> groups = ConcurrentHashMap.newKeySet();

        Loops() {
            super(DefaultClientResources.DEFAULT_IO_THREADS);
        }

        @Override
        public <T extends EventLoopGroup> T allocate(Class<T> type) {
            T group = super.allocate(type);
            groups.add(group);
            return group;
        }

        @Override
        public Promise<Boolean> release(EventExecutorGroup unused, long quietPeriod, long timeout, TimeUnit unit) {
            return new DefaultPromise<Boolean>(ImmediateEventExecutor.INSTANCE).setSuccess(true);
        }

        void end() {
            groups.forEach(group -> group.shutdownGracefully(0, 2, TimeUnit.SECONDS));
            groups.forEach(group -> group.terminationFuture().awaitUninterruptibly(3, TimeUnit.SECONDS));
        }
    }
}
