package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.nodes.Naming;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The record of a cluster's traffic in a ConfigMap, for the operator that comes next. The leader alone writes it, and its last word counts. */
public final class TrafficRecords {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficRecords.class);
    private static final String KEY = "traffic";

    private final KubernetesClient client;

    public TrafficRecords(KubernetesClient client) {
        this.client = client;
    }

    /**
     * What was stored last; null when there is nothing, or nothing that is readable.
     *
     * @throws KubernetesClientException it cannot be read now
     */
    public byte @Nullable [] read(PubSubCluster cluster) {
        ConfigMap found = client.configMaps()
                .inNamespace(cluster.getMetadata().getNamespace())
                .withName(name(cluster))
                .get();
        String text = found == null || found.getBinaryData() == null
                ? null
                : found.getBinaryData().get(KEY);
        try {
            return text == null ? null : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "the traffic record of {} is unreadable: {}",
                    cluster.getMetadata().getName(),
                    e.getMessage());
            return null;
        }
    }

    /** Stores it. When that fails nothing is lost but what has happened since the last time. */
    public void write(PubSubCluster cluster, byte[] record) {
        String name = cluster.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(name));
        labels.put(Naming.CLUSTER, name);
        ConfigMap wanted = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name(cluster))
                .withNamespace(cluster.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Naming.owner(cluster))
                .endMetadata()
                .addToBinaryData(KEY, Base64.getEncoder().encodeToString(record))
                .build();
        try {
            client.resource(wanted).unlock().createOr(present -> present.update());
        } catch (KubernetesClientException e) {
            LOG.warn("the traffic record of {} could not be stored: {}", name, e.getMessage());
        }
    }

    private static String name(PubSubCluster cluster) {
        return cluster.getMetadata().getName() + "-traffic";
    }
}
