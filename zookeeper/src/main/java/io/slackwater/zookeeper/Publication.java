package io.slackwater.zookeeper;

import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import io.slackwater.zookeeper.PublishedNodes.DamagedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * Writes ring and nodes of one cluster. What is there is read, compared, and replaced only in the version that was read, both in one
 * transaction: whoever writes meanwhile is seen, and the epoch never goes down. For one thread; the calls block, for how long is said
 * at {@link Ensemble#open}, and may be interrupted.
 */
public final class Publication {
    private static final int ATTEMPTS = 5;
    private static final int ANY_VERSION = -1;

    private final CuratorFramework client;
    private final Layout layout;
    private final String cluster;

    /**
     * @param client started; remains the caller's
     * @param cluster as in {@link PublishedNodes#cluster()}
     */
    public Publication(CuratorFramework client, Layout layout, String cluster) {
        this.client = client;
        this.layout = layout;
        this.cluster = cluster;
    }

    /** What came of it. */
    public sealed interface Outcome {
        /** This ring is there now. */
        record Written() implements Outcome {}

        /** It was there already. */
        record Unchanged() implements Outcome {}

        /** Nothing was written, and will not be until a person does something. One sentence. */
        record Refused(String reason) implements Outcome {}
    }

    /**
     * Publishes a ring and its nodes, unless a newer ring is there or the path is another cluster's. What is damaged is replaced.
     *
     * @throws PublicationException there is no answer, or others keep on writing; try again later
     * @throws InterruptedException when interrupted; what is there is not known
     */
    public Outcome publish(Ring ring) throws PublicationException, InterruptedException {
        byte[] bytes = RingCodec.encode(ring);
        return call(() -> {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Outcome outcome = tryToPublish(ring, bytes);
                if (outcome != null) {
                    return outcome;
                }
            }
            throw new PublicationException(
                    layout.path() + " was written by somebody else " + ATTEMPTS + " times in a row");
        });
    }

    /** The ring that is published; empty when there is none, or none that can be read. */
    public Optional<Ring> published() throws PublicationException, InterruptedException {
        return call(() -> Optional.ofNullable(ring(read(layout.ring()))));
    }

    /**
     * Takes everything away that this cluster has published, and the folders if nothing else is in them. What is another cluster's is
     * left alone, and so are members: they go with their sessions.
     */
    public void remove() throws PublicationException, InterruptedException {
        call(() -> {
            PublishedNodes nodes = nodes(read(layout.nodes()));
            if (nodes == null || nodes.cluster().equals(cluster)) {
                for (String path : List.of(layout.ring(), layout.nodes(), layout.members(), layout.path())) {
                    delete(path);
                }
            }
            return true;
        });
    }

    /** Null when somebody else has written meanwhile. */
    private @Nullable Outcome tryToPublish(Ring ring, byte[] bytes) throws Exception {
        client.sync().forPath(layout.path());
        Found foundRing = read(layout.ring());
        Found foundNodes = read(layout.nodes());
        Ring publishedRing = ring(foundRing);
        PublishedNodes publishedNodes = nodes(foundNodes);
        if (publishedNodes != null && !publishedNodes.cluster().equals(cluster)) {
            return new Outcome.Refused(layout.path() + " is in use by cluster " + publishedNodes.cluster()
                    + ": give each cluster a path of its own");
        }
        if (publishedRing != null && publishedRing.epoch() > ring.epoch()) {
            return new Outcome.Refused(layout.path() + " has the ring of epoch " + publishedRing.epoch()
                    + ", which is newer than " + ring.epoch()
                    + ": where that is left from a cluster that is gone, delete "
                    + layout.ring() + " and " + layout.nodes());
        }
        // Of one epoch there are copies of several terms.
        boolean ringIsThere =
                publishedRing != null && publishedRing.epoch() == ring.epoch() && publishedRing.term() >= ring.term();
        boolean nodesAreThere = publishedNodes != null && publishedNodes.nodes().equals(ring.nodes());
        if (ringIsThere && nodesAreThere) {
            return new Outcome.Unchanged();
        }
        List<CuratorOp> writes = new ArrayList<>();
        // Written again as it is where only the nodes are missing: so that nobody can have changed it meanwhile.
        writes.add(write(layout.ring(), foundRing, ringIsThere && foundRing != null ? foundRing.bytes() : bytes));
        if (!nodesAreThere) {
            writes.add(write(
                    layout.nodes(), foundNodes, new PublishedNodes(cluster, ring.epoch(), ring.nodes()).encode()));
        }
        try {
            client.transaction().forOperations(writes);
            return new Outcome.Written();
        } catch (KeeperException.NoNodeException e) {
            client.createContainers(layout.path());
            return null;
        } catch (KeeperException.BadVersionException | KeeperException.NodeExistsException e) {
            return null;
        }
    }

    private CuratorOp write(String path, @Nullable Found found, byte[] bytes) throws Exception {
        return found == null
                ? client.transactionOp()
                        .create()
                        .withMode(CreateMode.PERSISTENT)
                        .forPath(path, bytes)
                : client.transactionOp().setData().withVersion(found.version()).forPath(path, bytes);
    }

    private void delete(String path) throws Exception {
        try {
            client.delete().withVersion(ANY_VERSION).forPath(path);
        } catch (KeeperException.NoNodeException | KeeperException.NotEmptyException e) {
            return; // gone, or in use by others
        }
    }

    private record Found(byte[] bytes, int version) {}

    private @Nullable Found read(String path) throws Exception {
        Stat stat = new Stat();
        try {
            byte[] bytes = client.getData().storingStatIn(stat).forPath(path);
            return new Found(bytes == null ? new byte[0] : bytes, stat.getVersion());
        } catch (KeeperException.NoNodeException e) {
            return null;
        }
    }

    private static @Nullable Ring ring(@Nullable Found found) {
        try {
            return found == null || found.bytes().length > Layout.MAX_RING ? null : RingCodec.decode(found.bytes());
        } catch (RingFormatException damaged) {
            return null;
        }
    }

    private static @Nullable PublishedNodes nodes(@Nullable Found found) {
        try {
            return found == null ? null : PublishedNodes.decode(found.bytes());
        } catch (DamagedException damaged) {
            return null;
        }
    }

    @FunctionalInterface
    private interface Call<T> {
        T call() throws Exception;
    }

    /** Curator's methods declare every exception. */
    private <T> T call(Call<T> call) throws PublicationException, InterruptedException {
        try {
            return call.call();
        } catch (PublicationException | InterruptedException e) {
            throw e;
        } catch (KeeperException e) {
            throw new PublicationException("ZooKeeper at " + layout.path() + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new PublicationException("ZooKeeper at " + layout.path() + ": " + e, e);
        }
    }
}
