package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.operator.gateways.GatewayNaming;
import io.slackwater.operator.nodes.Naming;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records of a cluster, or of a gateway tier, in a ConfigMap, for the operator that comes next: of its traffic, or of what it needed. The leader alone writes it,
 * and its last word counts.
 */
public final class TrafficRecords {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficRecords.class);

    /** Key of the traffic. */
    public static final String TRAFFIC = "traffic";

    private final KubernetesClient client;
    private final String suffix;
    private final String label;

    /** Those of the traffic of clusters. */
    public TrafficRecords(KubernetesClient client) {
        this(client, "-traffic", Naming.CLUSTER);
    }

    private TrafficRecords(KubernetesClient client, String suffix, String label) {
        this.client = client;
        this.suffix = suffix;
        this.label = label;
    }

    /** Those of what clusters needed, in a ConfigMap of their own. */
    public static TrafficRecords ofNeeds(KubernetesClient client) {
        return new TrafficRecords(client, "-needs", Naming.CLUSTER);
    }

    /** Those of what gateway tiers needed. A cluster may have the same name, and no cluster's record ends like this. */
    public static TrafficRecords ofGatewayNeeds(KubernetesClient client) {
        return new TrafficRecords(client, "-needs-gateways", GatewayNaming.GATEWAY);
    }

    /**
     * What was stored last under this key; null when there is nothing, or nothing that is readable.
     *
     * @throws KubernetesClientException it cannot be read now
     */
    public byte @Nullable [] read(HasMetadata owner, String key) {
        ConfigMap found = client.configMaps()
                .inNamespace(owner.getMetadata().getNamespace())
                .withName(name(owner))
                .get();
        String text = found == null || found.getBinaryData() == null
                ? null
                : found.getBinaryData().get(key);
        try {
            return text == null ? null : Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            LOG.warn(
                    "the traffic record of {} is unreadable: {}",
                    owner.getMetadata().getName(),
                    e.getMessage());
            return null;
        }
    }

    /** Stores it, and nothing else. When that fails nothing is lost but what has happened since the last time. */
    public void write(HasMetadata owner, String key, byte[] record) {
        String name = owner.getMetadata().getName();
        Map<String, String> labels = new TreeMap<>(Naming.commonLabels(name));
        labels.put(label, name);
        ConfigMap wanted = new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name(owner))
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Naming.owner(owner))
                .endMetadata()
                .addToBinaryData(key, Base64.getEncoder().encodeToString(record))
                .build();
        try {
            client.resource(wanted).unlock().createOr(present -> present.update());
        } catch (KubernetesClientException e) {
            LOG.warn("the traffic record of {} could not be stored: {}", name, e.getMessage());
        }
    }

    private String name(HasMetadata owner) {
        return owner.getMetadata().getName() + suffix;
    }
}
