package io.slackwater.operator.reconcile;

import io.slackwater.crds.DiscoverySpec;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.discovery.Withdrawal;
import io.slackwater.operator.kube.Events;
import io.slackwater.operator.kube.Finalizers;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Lets clusters go that are being deleted: what was published of them is taken back, and then the finalizer goes, after {@link #PATIENCE}
 * at the latest. Safe for use by many threads; no call waits for ZooKeeper.
 */
public final class Farewell implements AutoCloseable {
    /** How long a deletion waits for a ZooKeeper that does not answer. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Finalizers finalizers;
    private final Events events;
    private final Duration patience;
    private final Map<String, Withdrawal> running = new HashMap<>();

    public Farewell(Finalizers finalizers, Events events) {
        this(finalizers, events, PATIENCE);
    }

    Farewell(Finalizers finalizers, Events events, Duration patience) {
        this.finalizers = finalizers;
        this.events = events;
        this.patience = patience;
    }

    /** What is to go with this cluster is being taken back already. */
    synchronized void begin(PubSubCluster cluster, Withdrawal withdrawal) {
        Withdrawal other = running.putIfAbsent(cluster.getMetadata().getUid(), withdrawal);
        if (other != null) {
            withdrawal.close();
        }
    }

    /**
     * Goes on with it.
     *
     * @param cluster one that is marked for deletion
     * @return whether nothing is left to be done
     */
    synchronized boolean look(PubSubCluster cluster, Instant now) {
        String uid = cluster.getMetadata().getUid();
        if (!Finalizers.on(cluster)) {
            forget(cluster);
            return true;
        }
        Notice left = null;
        DiscoverySpec discovery = cluster.getSpec().discovery();
        DiscoverySpec.ZooKeeper zookeeper = discovery == null ? null : discovery.zookeeper();
        if (zookeeper != null) {
            Withdrawal withdrawal;
            try {
                withdrawal = running.computeIfAbsent(
                        uid, key -> new Withdrawal(ClusterPublication.target(cluster, zookeeper)));
            } catch (IllegalArgumentException nowhere) {
                return finalizers.set(cluster, false); // nothing was ever published there
            }
            if (!withdrawal.done()) {
                if (now.isBefore(deadline(cluster))) {
                    return false;
                }
                left = left(withdrawal, now);
            }
        }
        if (!finalizers.set(cluster, false)) {
            return false;
        }
        if (left != null) {
            events.publish(cluster, left);
        }
        forget(cluster);
        return true;
    }

    /** What to say of what could not be taken back. */
    static Notice left(Withdrawal withdrawal, Instant now) {
        return new Notice(
                0,
                now,
                true,
                "LeftInZooKeeper",
                "what was published at " + withdrawal.target().where() + " could not be removed: "
                        + withdrawal.trouble()
                        + ". Delete it there when ZooKeeper is back, or a new cluster with this path"
                        + " is not published");
    }

    private Instant deadline(PubSubCluster cluster) {
        return Instant.parse(cluster.getMetadata().getDeletionTimestamp()).plus(patience);
    }

    /** It is gone, or about to be: nothing is done for it any more. */
    synchronized void forget(PubSubCluster cluster) {
        Withdrawal ended = running.remove(cluster.getMetadata().getUid());
        if (ended != null) {
            ended.close();
        }
    }

    @Override
    public synchronized void close() {
        running.values().forEach(Withdrawal::close);
        running.clear();
    }
}
