package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.DiscoverySpec;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.Snapshot.Notice;
import io.slackwater.operator.discovery.RingPublisher;
import io.slackwater.operator.discovery.Target;
import io.slackwater.operator.discovery.Withdrawal;
import io.slackwater.operator.kube.Finalizers;
import io.slackwater.ring.Ring;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ZooKeeper is told of one cluster while this operator leads. The finalizer comes before the first word there, and goes after the
 * last one was taken back. For one thread at a time, but for {@link #close}; no call waits for ZooKeeper.
 */
final class ClusterPublication implements AutoCloseable {
    private final Finalizers finalizers;
    private final List<Notice> news = new ArrayList<>();
    private DiscoverySpec.@Nullable ZooKeeper wanted;
    private volatile @Nullable RingPublisher publisher;
    private volatile @Nullable Withdrawal former;
    private @Nullable Instant formerSince;
    private String formerPath = "";
    private boolean told;
    private boolean failing;

    ClusterPublication(Finalizers finalizers) {
        this.finalizers = finalizers;
    }

    /**
     * Sees to it that ZooKeeper is told, where the specification says so.
     *
     * @param ring the newest that is stored and on the nodes; null for none, or when this operator does not lead
     * @return what a person should know, one sentence; empty when all is well
     */
    String look(PubSubCluster cluster, @Nullable Ring ring, Instant now) {
        DiscoverySpec discovery = cluster.getSpec().discovery();
        DiscoverySpec.ZooKeeper asked = discovery == null ? null : discovery.zookeeper();
        if (wanted != null && !wanted.equals(asked)) {
            withdraw(cluster, wanted, now);
        }
        wanted = asked;
        giveUpLate(now);
        try {
            if (asked == null) {
                if (former == null) {
                    finalizers.set(cluster, false);
                }
                return "";
            }
            if (!Finalizers.on(cluster)) {
                finalizers.set(cluster, true);
                return ""; // seen at the next look
            }
        } catch (KubernetesClientException e) {
            return "the finalizer for what is published in ZooKeeper cannot be "
                    + (asked == null ? "removed: " : "added, so nothing is: ") + e.getMessage();
        }
        if (former != null && formerPath.equals(asked.path())) {
            return ""; // maybe the same servers by other names: what is being removed there must not be what is new
        }
        RingPublisher open = publisher;
        if (open == null) {
            open = new RingPublisher(target(cluster, asked));
            publisher = open;
        }
        if (ring != null) {
            open.offer(ring);
        }
        return tell(open, asked, now);
    }

    /** What has changed since the last call. */
    List<Notice> news() {
        List<Notice> taken = List.copyOf(news);
        news.clear();
        return taken;
    }

    /** Publishes nothing any more, and takes back what is published; null when nothing was. */
    @Nullable
    Withdrawal withdraw() {
        RingPublisher open = publisher;
        publisher = null;
        return open == null ? null : open.withdraw();
    }

    static Target target(PubSubCluster cluster, DiscoverySpec.ZooKeeper zookeeper) {
        return Target.of(
                zookeeper.connectString(),
                zookeeper.path(),
                cluster.getMetadata().getNamespace() + "/"
                        + cluster.getMetadata().getName());
    }

    private String tell(RingPublisher open, DiscoverySpec.ZooKeeper asked, Instant now) {
        String trouble = open.trouble();
        boolean fails = !trouble.isEmpty();
        if (fails && !failing) {
            news.add(new Notice(0, now, true, "PublicationFailed", trouble));
        } else if (!fails && open.published() > 0 && (failing || !told)) {
            news.add(new Notice(
                    0,
                    now,
                    false,
                    "Published",
                    "the ring of epoch " + open.published() + " is published in ZooKeeper, at " + asked.path()));
            told = true;
        }
        failing = fails;
        return trouble;
    }

    /** From another place, or because it is not wanted any more. */
    private void withdraw(PubSubCluster cluster, DiscoverySpec.ZooKeeper place, Instant now) {
        Withdrawal next = withdraw();
        told = false;
        failing = false;
        Withdrawal earlier = former;
        if (earlier != null) {
            left(earlier, now);
        }
        former = next == null ? new Withdrawal(target(cluster, place)) : next;
        formerSince = now;
        formerPath = place.path();
    }

    private void giveUpLate(Instant now) {
        Withdrawal running = former;
        Instant since = formerSince;
        if (running == null || since == null) {
            return;
        }
        if (running.done()) {
            former = null;
        } else if (now.isAfter(since.plus(Farewell.PATIENCE))) {
            left(running, now);
            former = null;
        }
    }

    private void left(Withdrawal running, Instant now) {
        running.close();
        news.add(Farewell.left(running, now));
    }

    /** What is published stays: the next operator goes on with it. */
    @Override
    public void close() {
        RingPublisher open = publisher;
        if (open != null) {
            open.close();
        }
        Withdrawal running = former;
        if (running != null) {
            running.close();
        }
    }
}
