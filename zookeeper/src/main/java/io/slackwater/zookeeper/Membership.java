package io.slackwater.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member makes itself known: its znode is there for as long as its session, and is made again in the next session, and when
 * somebody has removed it. Nobody in the tier depends on it; it is for who wants to see or count members in ZooKeeper. Safe for use by
 * several threads.
 */
public final class Membership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

    /** Bound of what a member says of itself, in bytes of UTF-8. */
    public static final int MAX_ABOUT = 1024;

    private final PersistentNode node;

    private Membership(PersistentNode node) {
        this.node = node;
    }

    /**
     * Begins. Does not wait for ZooKeeper.
     *
     * @param client started; remains the caller's. When it is closed first, the member's znode goes with its session
     * @param member its name, see {@link Layout#member}
     * @param about what is in the znode, for example where the gateway can be reached; at most {@value #MAX_ABOUT} bytes of UTF-8
     */
    public static Membership join(CuratorFramework client, Layout layout, String member, String about) {
        byte[] data = about.getBytes(UTF_8);
        if (data.length > MAX_ABOUT) {
            throw new IllegalArgumentException(
                    "what member " + member + " says of itself has " + data.length + " bytes: at most " + MAX_ABOUT);
        }
        PersistentNode node = new PersistentNode(client, CreateMode.EPHEMERAL, false, layout.member(member), data);
        node.start();
        return new Membership(node);
    }

    /**
     * The names of the members that are known now. Blocks as said at {@link Ensemble#open}.
     *
     * @throws PublicationException there is no answer
     */
    public static List<String> present(CuratorFramework client, Layout layout) throws PublicationException {
        try {
            return client.getChildren().forPath(layout.members()).stream()
                    .sorted()
                    .toList();
        } catch (KeeperException.NoNodeException e) {
            return List.of();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw new PublicationException("ZooKeeper at " + layout.members() + ": " + e, e);
        }
    }

    /** Takes the znode away. Blocks as said at {@link Ensemble#open}; without an answer it goes with the session. */
    @Override
    public void close() {
        try {
            node.close();
        } catch (IOException e) {
            LOG.info("the member's znode goes with its session: {}", e.toString());
        }
    }
}
