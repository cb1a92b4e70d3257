package io.slackwater.zookeeper;

import io.slackwater.ring.Node;
import io.slackwater.ring.Node.Address;
import io.slackwater.ring.Ring;
import io.slackwater.ring.SlotTable;
import io.slackwater.ring.Slots;
import io.slackwater.testkit.ZooKeeperEnsemble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;

/** The ensemble of all tests, and rings to be published. */
final class Servers {
    /** What a test waits for at most. */
    static final Duration PATIENCE = Duration.ofSeconds(40);

    private static final AtomicInteger PATHS = new AtomicInteger();
    private static final Servers ALL = new Servers(ZooKeeperEnsemble.start(3));

    private final ZooKeeperEnsemble ensemble;

    private Servers(ZooKeeperEnsemble ensemble) {
        this.ensemble = ensemble;
        Runtime.getRuntime().addShutdownHook(new Thread(ensemble::close, "end-zookeeper"));
    }

    static ZooKeeperEnsemble ensemble() {
        return ALL.ensemble;
    }

    /** A client that is patient with a busy machine. */
    static CuratorFramework client() {
        return new Ensemble(ensemble().connectString(), Duration.ofSeconds(15), Duration.ofSeconds(5)).open();
    }

    /** A path that no other test has. */
    static Layout layout() {
        return new Layout("/slackwater/test-" + PATHS.incrementAndGet());
    }

    /** A ring of as many nodes as there are addresses, each with an even share. */
    static Ring ring(long epoch, long term, Address... addresses) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < addresses.length; i++) {
            nodes.add(new Node("n" + i, "", List.of(addresses[i])));
        }
        String[] owners = new String[Slots.COUNT];
        Arrays.setAll(owners, slot -> "n" + slot * addresses.length / Slots.COUNT);
        return new Ring(epoch, term, nodes, List.of(), SlotTable.of(owners), List.of());
    }

    static Ring ring(long epoch) {
        return ring(epoch, 1, new Address("10.0.0.1", 6379), new Address("10.0.0.2", 6379));
    }
}
