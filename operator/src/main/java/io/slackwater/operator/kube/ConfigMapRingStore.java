package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.operator.coordination.RingStore;
import io.slackwater.ring.Ring;
import io.slackwater.ring.RingCodec;
import io.slackwater.ring.RingFormatException;
import java.net.HttpURLConnection;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The ring in a ConfigMap. It is written by create, or by update with the resource version that was read, so that of two writers
 * one gets a conflict; never by a patch or an apply, which would win against anyone. Safe for use by many threads.
 */
public final class ConfigMapRingStore implements RingStore {
    /** Key of the encoded ring, in {@code binaryData}. */
    public static final String RING = "ring";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final Map<String, String> labels;
    private final OwnerReference owner;

    /** @param owner whose object this is; one left behind by a former owner of the same name is not touched */
    public ConfigMapRingStore(
            KubernetesClient client, String namespace, String name, Map<String, String> labels, OwnerReference owner) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.labels = Map.copyOf(labels);
        this.owner = owner;
    }

    @Override
    public @Nullable Stored read() throws StoreException {
        ConfigMap found;
        try {
            found = client.configMaps().inNamespace(namespace).withName(name).get();
        } catch (KubernetesClientException | IllegalStateException e) { // the latter once the client is closed
            throw new StoreException(
                    "the ConfigMap " + namespace + "/" + name + " could not be read: " + e.getMessage(), e);
        }
        return found == null ? null : decode(found);
    }

    @Override
    public Stored write(Ring ring, @Nullable Stored expected) throws ConflictException, StoreException {
        ConfigMap wanted = encode(ring, expected);
        try {
            var resource = client.configMaps().inNamespace(namespace).resource(wanted);
            ConfigMap written = expected == null ? resource.create() : resource.update();
            return new Stored(ring, written.getMetadata().getResourceVersion());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                throw new ConflictException("somebody else has written or removed the ConfigMap " + namespace + "/"
                        + name + " since it was read: " + e.getMessage());
            }
            throw new StoreException(
                    "whether the ring of epoch " + ring.epoch() + " is in the ConfigMap " + namespace + "/" + name
                            + " is not known: " + e.getMessage(),
                    e);
        } catch (IllegalStateException e) {
            throw new StoreException("the client of the Kubernetes API is closed", e);
        }
    }

    private ConfigMap encode(Ring ring, @Nullable Stored expected) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .withLabels(labels)
                .withOwnerReferences(owner)
                .withResourceVersion(expected == null ? null : expected.version())
                .endMetadata()
                .addToBinaryData(RING, Base64.getEncoder().encodeToString(RingCodec.encode(ring)))
                .addToData("epoch", String.valueOf(ring.epoch()))
                .addToData("term", String.valueOf(ring.term()))
                .build();
    }

    private Stored decode(ConfigMap found) throws StoreException {
        if (!isOurs(found)) {
            throw new StoreException(
                    "the ConfigMap " + namespace + "/" + name
                            + " belongs to another object: delete it if nobody needs it,"
                            + " or wait until the garbage collector has",
                    new IllegalStateException("owner is not " + owner.getUid()));
        }
        String encoded =
                found.getBinaryData() == null ? null : found.getBinaryData().get(RING);
        if (encoded == null) {
            throw damaged("has no binaryData." + RING, new IllegalStateException(RING));
        }
        try {
            Ring ring = RingCodec.decode(Base64.getDecoder().decode(encoded));
            return new Stored(ring, found.getMetadata().getResourceVersion());
        } catch (RingFormatException | IllegalArgumentException e) {
            throw damaged("holds what cannot be read: " + e.getMessage(), e);
        }
    }

    /** It has our owner, or has been left by a former one: deleted with its children orphaned, or restored without it. */
    private boolean isOurs(ConfigMap found) {
        List<OwnerReference> owners = found.getMetadata().getOwnerReferences();
        Map<String, String> marks = found.getMetadata().getLabels();
        return owners.isEmpty()
                ? marks != null && marks.entrySet().containsAll(labels.entrySet())
                : owners.stream().anyMatch(reference -> reference.getUid().equals(owner.getUid()));
    }

    private StoreException damaged(String what, Exception cause) {
        return new StoreException(
                "the ConfigMap " + namespace + "/" + name + " " + what
                        + "; restore it from a backup, or delete it: the nodes hold copies of the ring",
                cause);
    }
}
