package io.slackwater.zookeeper;

import io.slackwater.ring.Node;
import io.slackwater.zookeeper.PublishedNodes.DamagedException;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of a cluster as they are published, for the {@code directory} of a client's settings. Follows changes by itself. What was
 * good last is kept while ZooKeeper is down, when the list is gone, and when what is found is damaged or of an older epoch; the last
 * two are counted. Safe for use by several threads; no method blocks.
 */
public final class Directory implements Supplier<List<Node>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Directory.class);

    private final CuratorCache cache;
    private final LongAdder refused = new LongAdder();
    private volatile Known known = new Known(0, 0, List.of());

    /** @param made the transaction that made the znode: another one with a lower epoch is not the same list gone back */
    private record Known(long made, long epoch, List<Node> nodes) {}

    private Directory(CuratorFramework client, Layout layout) {
        cache = CuratorCache.build(client, layout.nodes(), CuratorCache.Options.SINGLE_NODE_CACHE);
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreatesAndChanges((before, now) -> look(now))
                        .build());
        cache.start();
    }

    /** @param client started; remains the caller's */
    public static Directory open(CuratorFramework client, Layout layout) {
        return new Directory(client, layout);
    }

    /** The nodes that are known; empty before the first answer. */
    @Override
    public List<Node> get() {
        return known.nodes();
    }

    /** How often something was found that could not be used. */
    public long refused() {
        return refused.sum();
    }

    private void look(ChildData found) {
        try {
            byte[] bytes = found.getData();
            PublishedNodes published = PublishedNodes.decode(bytes == null ? new byte[0] : bytes);
            Known before = known;
            if (found.getStat().getCzxid() == before.made() && published.epoch() < before.epoch()) {
                throw new DamagedException(
                        "epoch " + published.epoch() + " after epoch " + before.epoch() + " is not to be");
            }
            known = new Known(found.getStat().getCzxid(), published.epoch(), published.nodes());
            LOG.info("{} nodes of epoch {} are published", published.nodes().size(), published.epoch());
        } catch (DamagedException e) {
            refused.increment();
            LOG.warn("refused {}: {}", found.getPath(), e.getMessage());
        }
    }

    /** Stops following; what is known stays. */
    @Override
    public void close() {
        cache.close();
    }
}
