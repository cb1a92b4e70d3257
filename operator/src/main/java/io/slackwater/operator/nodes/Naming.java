package io.slackwater.operator.nodes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/** Names and labels of what belongs to a cluster. */
public final class Naming {
    /** Label: name of the cluster. */
    public static final String CLUSTER = "slackwater.io/cluster";

    /** Label: what a pod is for. */
    public static final String ROLE = "slackwater.io/role";

    /** Value of {@link #ROLE} for pub/sub nodes. */
    public static final String NODE = "node";

    /** Label with the value {@code true} on pods whose node owns slots. */
    public static final String SERVING = "slackwater.io/serving";

    /** Label: which specification the pod was made of, see {@link Revision}. */
    public static final String REVISION = "slackwater.io/revision";

    /** Where a node listens. */
    public static final int PORT = 6379;

    private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

    private Naming() {}

    /** A name for a new pod, {@code CLUSTER-n-} and five characters. */
    public static String newPod(String cluster, IntUnaryOperator random) {
        return newName(cluster + "-n-", random);
    }

    /** A name that begins like this, with five characters more. */
    public static String newName(String prefix, IntUnaryOperator random) {
        StringBuilder name = new StringBuilder(prefix);
        for (int i = 0; i < 5; i++) {
            name.append(ALPHABET.charAt(random.applyAsInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /** Name of the ConfigMap with the ring. */
    public static String ringConfigMap(String cluster) {
        return cluster + "-ring";
    }

    /** Name of the headless Service of the nodes that own slots: seeds for members. */
    public static String nodesService(String cluster) {
        return cluster + "-nodes";
    }

    /** Name of the PodDisruptionBudget of the nodes that own slots. */
    public static String nodesBudget(String cluster) {
        return cluster + "-nodes";
    }

    /** Annotation of a node pod: what the node's certificate is checked against; absent without TLS. */
    public static final String TLS_NAME = "slackwater.io/tls-name";

    /** Annotation of a node pod, with the value {@code true} if the node asks for passwords. */
    public static final String AUTH = "slackwater.io/auth";

    /** Name of the Secret with all that is secret of a cluster: for the operator alone. */
    public static String keysSecret(String cluster) {
        return cluster + "-keys";
    }

    /** Name of the Secret that gateways and back ends mount. */
    public static String memberSecret(String cluster) {
        return cluster + "-member";
    }

    /** Name of the Secret with the users that node pods mount. */
    public static String nodeSecret(String cluster) {
        return cluster + "-node";
    }

    /** Name of the Secret with the certificate that node pods mount. */
    public static String nodeTlsSecret(String cluster) {
        return cluster + "-node-tls";
    }

    /** What the certificates of nodes are checked against. */
    public static String tlsName(String namespace, String cluster) {
        return nodesService(cluster) + "." + namespace + ".svc";
    }

    /** Names by which members may reach the nodes. */
    public static List<String> dnsNames(String namespace, String cluster) {
        String service = nodesService(cluster);
        return List.of(
                service,
                service + "." + namespace,
                tlsName(namespace, cluster),
                tlsName(namespace, cluster) + ".cluster.local");
    }

    /** Labels of every node pod. */
    public static Map<String, String> nodeLabels(String cluster) {
        return Map.of(CLUSTER, cluster, ROLE, NODE);
    }

    /** Labels of the pods of nodes that own slots. */
    public static Map<String, String> servingLabels(String cluster) {
        return Map.of(CLUSTER, cluster, ROLE, NODE, SERVING, "true");
    }

    /** The same as a label selector in text. */
    public static String servingSelector(String cluster) {
        return new TreeMap<>(servingLabels(cluster))
                .entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(","));
    }

    /** Labels of what belongs to a cluster, besides those above. */
    public static Map<String, String> commonLabels(String cluster) {
        return Map.of(
                "app.kubernetes.io/name", "slackwater",
                "app.kubernetes.io/instance", cluster,
                "app.kubernetes.io/managed-by", "slackwater-operator");
    }

    /** Makes the garbage collector remove what belongs to a cluster or a gateway tier, and drains and autoscalers accept its pods. */
    public static OwnerReference owner(HasMetadata owner) {
        return new OwnerReferenceBuilder()
                .withApiVersion(owner.getApiVersion())
                .withKind(owner.getKind())
                .withName(owner.getMetadata().getName())
                .withUid(owner.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(true)
                .build();
    }
}
