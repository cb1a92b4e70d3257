package io.slackwater.operator.kube;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.operator.nodes.Naming;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of clusters, each read and written by its name: the operator neither lists nor watches Secrets, so that it needs no right
 * to. Safe for use by many threads. No message shows what is in one.
 */
public final class ClusterSecrets {
    /** Type of a Secret with a certificate. */
    public static final String TLS = "kubernetes.io/tls";

    /** Type of any other. */
    public static final String OPAQUE = "Opaque";

    private final KubernetesClient client;

    public ClusterSecrets(KubernetesClient client) {
        this.client = client;
    }

    /**
     * The entries of a Secret as text; null when there is none.
     *
     * @throws NotDone when the API does not tell
     */
    public @Nullable Map<String, String> read(String namespace, String name) throws NotDone {
        Secret found = get(namespace, name);
        return found == null ? null : text(found);
    }

    /**
     * Sees to it that the cluster's own Secret of this name has exactly these entries. Nothing is written when it has. Of two writers
     * one fails.
     *
     * @throws NotDone when it is another's, or the API does not do it
     */
    public void write(PubSubCluster cluster, String name, String type, Map<String, String> entries) throws NotDone {
        write(cluster, name, type, entries, get(cluster.getMetadata().getNamespace(), name));
    }

    /**
     * The same for entries that were made from those that were there: nothing is written when others are there by now. So of two that both
     * believe to lead none replaces the keys that the other has begun to use.
     *
     * @param before what was read; null when there was none
     * @throws NotDone also when others are there
     */
    public void replace(
            PubSubCluster cluster,
            String name,
            String type,
            @Nullable Map<String, String> before,
            Map<String, String> entries)
            throws NotDone {
        Secret found = get(cluster.getMetadata().getNamespace(), name);
        if (!Objects.equals(found == null ? null : text(found), before)) {
            throw new NotDone("the Secret " + name + " has been changed by somebody else meanwhile");
        }
        write(cluster, name, type, entries, found);
    }

    private void write(
            PubSubCluster cluster, String name, String type, Map<String, String> entries, @Nullable Secret found)
            throws NotDone {
        String namespace = cluster.getMetadata().getNamespace();
        if (found != null && !belongs(found, cluster)) {
            throw new NotDone("the Secret " + name + " belongs to another object: delete it if nobody needs it, or wait"
                    + " until the garbage collector has");
        }
        if (found != null && owned(found, cluster) && text(found).equals(entries)) {
            return;
        }
        Secret wanted = secret(cluster, name, type, entries, found);
        try {
            var resource = client.secrets().inNamespace(namespace).resource(wanted);
            Secret written = found == null ? resource.create() : resource.update();
            if (written == null) {
                throw new NotDone("whether the Secret " + name + " was written is not known");
            }
        } catch (KubernetesClientException e) {
            throw new NotDone("the Secret " + name + " could not be written: " + reason(e));
        }
    }

    private @Nullable Secret get(String namespace, String name) throws NotDone {
        try {
            return client.secrets().inNamespace(namespace).withName(name).get();
        } catch (KubernetesClientException e) {
            throw new NotDone("the Secret " + name + " could not be read: " + reason(e));
        }
    }

    /** Its own, or one that a former cluster of this name has left with its pods when it was deleted. */
    private static boolean belongs(Secret secret, PubSubCluster cluster) {
        boolean orphan = secret.getMetadata().getOwnerReferences().isEmpty()
                && secret.getMetadata().getLabels() != null
                && cluster.getMetadata()
                        .getName()
                        .equals(secret.getMetadata().getLabels().get(Naming.CLUSTER));
        return orphan || owned(secret, cluster);
    }

    private static boolean owned(Secret secret, PubSubCluster cluster) {
        return secret.getMetadata().getOwnerReferences().stream()
                .anyMatch(reference ->
                        reference.getUid().equals(cluster.getMetadata().getUid()));
    }

    private static Map<String, String> text(Secret secret) {
        Map<String, String> text = new TreeMap<>();
        if (secret.getData() != null) {
            secret.getData()
                    .forEach((key, value) ->
                            text.put(key, new String(Base64.getDecoder().decode(value), UTF_8)));
        }
        return text;
    }

    private static Secret secret(
            PubSubCluster cluster, String name, String type, Map<String, String> entries, @Nullable Secret found) {
        Map<String, String> labels =
                new TreeMap<>(Naming.commonLabels(cluster.getMetadata().getName()));
        labels.put(Naming.CLUSTER, cluster.getMetadata().getName());
        Map<String, String> data = new TreeMap<>();
        entries.forEach((key, value) -> data.put(key, Base64.getEncoder().encodeToString(value.getBytes(UTF_8))));
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(cluster.getMetadata().getNamespace())
                .withLabels(labels)
                .withOwnerReferences(Naming.owner(cluster))
                .withResourceVersion(found == null ? null : found.getMetadata().getResourceVersion())
                .endMetadata()
                .withType(type)
                .withData(data)
                .build();
    }

    /** Not the server's whole message: it may show the object that it refuses. */
    private static String reason(KubernetesClientException e) {
        String reason = e.getStatus() == null ? null : e.getStatus().getReason();
        return e.getCode() == 0
                ? "the API server does not answer"
                : "the API server answers " + e.getCode() + (reason == null ? "" : " (" + reason + ")");
    }

    /** A Secret was not read or written; the message says why and shows nothing of it. */
    public static final class NotDone extends Exception {
        private static final long serialVersionUID = 1L;

        NotDone(String message) {
            super(message);
        }
    }
}
