package io.slackwater.operator.discovery;

import io.slackwater.zookeeper.Ensemble;
import io.slackwater.zookeeper.Layout;
import io.slackwater.zookeeper.Publication;
import org.apache.curator.framework.CuratorFramework;

/**
 * Where a cluster is published.
 *
 * @param cluster namespace and name
 */
public record Target(Ensemble ensemble, Layout layout, String cluster) {
    /**
     * Where it is said to be.
     *
     * @throws IllegalArgumentException that is nowhere, and what to write instead
     */
    public static Target of(String connectString, String path, String cluster) {
        return new Target(new Ensemble(connectString), new Layout(path), cluster);
    }

    /** In words. */
    public String where() {
        return layout.path() + " of ZooKeeper " + ensemble.connectString();
    }

    Publication publication(CuratorFramework client) {
        return new Publication(client, layout, cluster);
    }
}
