package io.slackwater.operator.reconcile;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.coordination.ClusterCoordinator;
import io.slackwater.operator.coordination.RingStore;
import io.slackwater.operator.kube.ClusterSecrets;
import io.slackwater.operator.kube.ConfigMapRingStore;
import io.slackwater.operator.kube.Finalizers;
import io.slackwater.operator.kube.MigrationObjects;
import io.slackwater.operator.kube.TrafficRecords;
import io.slackwater.operator.nodes.Naming;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions of all clusters while this operator leads. Safe for use by many threads. */
public final class Sessions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

    /** Two operators that both believe to lead would depose each other without end: each lets the other have a moment. */
    private static final Duration TRUCE = Duration.ofSeconds(2);

    private final KubernetesClient client;
    private final InstantSource clock;
    private final CoordinatorFactory coordinators;
    private final SecurityFactory security;
    private final Pace pace;
    private final Map<String, ClusterSession> open = new HashMap<>();
    private boolean closed;
    private volatile boolean ending;

    public Sessions(
            KubernetesClient client,
            CoordinatorFactory coordinators,
            SecurityFactory security,
            Pace pace,
            InstantSource clock) {
        this.pace = pace;
        this.security = security;
        this.client = client;
        this.clock = clock;
        this.coordinators = coordinators;
    }

    /**
     * The session of a cluster, begun if there is none. One of the same name that was deleted and made again is another cluster.
     * One whose coordinator was deposed is begun again: as long as this operator is the leader, the last word is its own.
     *
     * @throws IllegalStateException after {@link #close}
     */
    synchronized ClusterSession of(PubSubCluster cluster) {
        if (closed) {
            throw new IllegalStateException("this operator does not lead any more");
        }
        ClusterSession session = open.get(key(cluster));
        boolean same =
                session != null && session.uid().equals(cluster.getMetadata().getUid());
        if (session != null && same && (!session.deposed() || session.youngerThan(TRUCE, clock.instant()))) {
            return session;
        }
        ClusterSession former = forget(cluster);
        if (former != null) {
            former.close();
        }
        ClusterSession begun = begin(cluster);
        open.put(key(cluster), begun);
        return begun;
    }

    /** Takes the session of a cluster out, to be closed by the caller; null if there is none. */
    synchronized @Nullable ClusterSession forget(PubSubCluster cluster) {
        ClusterSession session = open.remove(key(cluster));
        if (session != null) {
            LOG.info("coordination of {} ended", key(cluster));
        }
        return session;
    }

    /** How each cluster stands, by {@code namespace/name}. */
    public synchronized Map<String, ClusterFigures> figures() {
        Instant now = clock.instant();
        Map<String, ClusterFigures> figures = new TreeMap<>();
        open.forEach((name, session) -> figures.put(name, session.figures(now)));
        return figures;
    }

    /** The caches are about to be emptied: from now on nothing is concluded from what is missing in them. */
    public void end() {
        ending = true;
    }

    boolean ending() {
        return ending;
    }

    /** Ends all sessions; no new one begins. */
    @Override
    public synchronized void close() {
        closed = true;
        open.values().parallelStream().forEach(ClusterSession::close);
        open.clear();
    }

    private ClusterSession begin(PubSubCluster cluster) {
        String namespace = cluster.getMetadata().getNamespace();
        String name = cluster.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(name));
        labels.put(Naming.CLUSTER, name);
        RingStore store =
                new ConfigMapRingStore(client, namespace, Naming.ringConfigMap(name), labels, Naming.owner(cluster));
        ClusterSecurity secured = security.of(namespace, name);
        ClusterCoordinator coordinator = coordinators.start(namespace, name, secured.access(), store);
        LOG.info("coordination of {}/{} begins", namespace, name);
        return new ClusterSession(
                cluster.getMetadata().getUid(),
                coordinator,
                secured,
                new ClusterMigrations(new MigrationObjects(client)),
                new ClusterWindows(
                        new TrafficRecords(client),
                        new TrafficSource(new PrometheusAsker(new ClusterSecrets(client), clock), Sessions::ask)),
                new ClusterAutoscaling(TierAutoscaling.begin(
                        new ClusterSecrets(client), TrafficRecords.ofNeeds(client), pace.metrics(), clock)),
                new ClusterPublication(new Finalizers(client)),
                clock.instant());
    }

    private static void ask(Runnable question) {
        Thread.ofVirtual().name("prometheus").start(question);
    }

    private static String key(PubSubCluster cluster) {
        return cluster.getMetadata().getNamespace() + "/"
                + cluster.getMetadata().getName();
    }
}
