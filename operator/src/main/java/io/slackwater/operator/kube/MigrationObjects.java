package io.slackwater.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.ChannelMigration;
import io.slackwater.crds.ChannelMigrationSpec;
import io.slackwater.crds.ChannelMigrationStatus;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.migration.Decision.Proposal;
import io.slackwater.operator.nodes.Naming;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The ChannelMigrations of clusters, as objects of the API. What people write into their specification is never touched. */
public final class MigrationObjects {
    private final KubernetesClient client;
    private final StatusWriter statuses;

    public MigrationObjects(KubernetesClient client) {
        this.client = client;
        this.statuses = new StatusWriter(client);
    }

    /**
     * Makes one. Its number is higher than proposed where names are taken by objects that are not the cluster's, such as those that a deleted cluster of
     * this name has left behind.
     *
     * @return null when the cluster has one of this number already, which the cache will show soon
     * @throws KubernetesClientException the API refuses it
     */
    public @Nullable ChannelMigration create(PubSubCluster cluster, Proposal proposal) {
        ChannelMigration made = create(wanted(cluster, proposal, proposal.number()));
        if (made != null) {
            return made;
        }
        long free = freeOfOthers(cluster, proposal.number());
        return free == proposal.number() ? null : create(wanted(cluster, proposal, free));
    }

    /** The first number from this one on that nothing has which is not the cluster's. */
    private long freeOfOthers(PubSubCluster cluster, long number) {
        Set<Long> taken = listed(cluster.getMetadata().getNamespace())
                .filter(m -> !belongs(m, cluster))
                .map(m -> number(m, cluster.getMetadata().getName()))
                .collect(Collectors.toSet());
        return LongStream.iterate(number, n -> n + 1)
                .filter(n -> !taken.contains(n))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable ChannelMigration create(ChannelMigration wanted) {
        try {
            return client.resource(wanted).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Writes what differs in its status.
     *
     * @return the object as it is then; null when it has changed since it was seen, or is gone
     * @throws KubernetesClientException the API refuses it
     */
    public @Nullable ChannelMigration report(ChannelMigration seen, ChannelMigrationStatus status) {
        return statuses.write(seen, status);
    }

    /** Whether there is no such object any more. The operator has no right to read a single one, so it lists them. */
    public boolean gone(ChannelMigration seen) {
        return listed(seen.getMetadata().getNamespace())
                .noneMatch(
                        m -> m.getMetadata().getUid().equals(seen.getMetadata().getUid()));
    }

    /** Those of all clusters in the namespace, as the API server has them now. */
    private Stream<ChannelMigration> listed(String namespace) {
        return client.resources(ChannelMigration.class).inNamespace(namespace).list().getItems().stream();
    }

    /** Deletes it. Does nothing when it is gone. */
    public void delete(ChannelMigration seen) {
        client.resource(seen).delete();
    }

    /** The number at the end of its name, or 0 when it was named by somebody else. */
    public static long number(ChannelMigration migration) {
        return number(migration, migration.getSpec().cluster());
    }

    private static long number(ChannelMigration migration, String cluster) {
        String name = migration.getMetadata().getName();
        String prefix = cluster + "-";
        String end = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        return end.matches("[0-9]{1,18}") ? Long.parseLong(end) : 0;
    }

    /** Whether the operator made it for this cluster. */
    public static boolean belongs(ChannelMigration migration, PubSubCluster cluster) {
        return number(migration) > 0
                && migration.getSpec().cluster().equals(cluster.getMetadata().getName())
                && migration.getMetadata().getOwnerReferences().stream()
                        .anyMatch(owner ->
                                owner.getUid().equals(cluster.getMetadata().getUid()));
    }

    private static ChannelMigration wanted(PubSubCluster cluster, Proposal proposal, long number) {
        String name = cluster.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(name));
        labels.put(Naming.CLUSTER, name);
        ChannelMigration migration = new ChannelMigration();
        migration.getMetadata().setName(name + "-" + number);
        migration.getMetadata().setNamespace(cluster.getMetadata().getNamespace());
        migration.getMetadata().setLabels(labels);
        migration.getMetadata().getOwnerReferences().add(Naming.owner(cluster));
        migration.setSpec(new ChannelMigrationSpec(
                name,
                proposal.reason(),
                proposal.shape().replicas(),
                proposal.shape().virtualNodes(),
                proposal.shape().maxLoadPercent(),
                proposal.shape().revision(),
                proposal.shape().rebalance(),
                false,
                false,
                false));
        return migration;
    }
}
