package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;

/** Objects that belong to a cluster or a gateway tier. */
final class Owned {
    private Owned() {}

    /**
     * Creates an object, or takes it over if a former owner of this name has left it without an owner. One that belongs to the owner
     * already is left as it is.
     *
     * @throws KubernetesClientException the API refuses it, or something else has that name
     */
    static void create(KubernetesClient client, HasMetadata owner, HasMetadata wanted) {
        try {
            client.resource(wanted).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            HasMetadata found = client.resource(wanted).get();
            String uid = owner.getMetadata().getUid();
            if (found != null && isOrphan(found, wanted)) {
                // Its version keeps it from undoing what somebody else does to it.
                found.getMetadata().setOwnerReferences(wanted.getMetadata().getOwnerReferences());
                client.resource(found).update();
            } else if (found != null
                    && found.getMetadata().getOwnerReferences().stream()
                            .noneMatch(reference -> reference.getUid().equals(uid))) {
                throw new KubernetesClientException(
                        "the " + wanted.getKind() + " " + wanted.getMetadata().getName()
                                + " is there already and does not belong to this " + owner.getKind()
                                + ": delete it, or name that otherwise",
                        e);
            }
        }
    }

    /** The owner's pods with these labels, as the API server has them now, past any cache. */
    static List<Pod> pods(KubernetesClient client, HasMetadata owner, Map<String, String> labels) {
        String uid = owner.getMetadata().getUid();
        return client
                .pods()
                .inNamespace(owner.getMetadata().getNamespace())
                .withLabels(labels)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getOwnerReferences().stream()
                        .anyMatch(reference -> reference.getUid().equals(uid)))
                .toList();
    }

    /** Applies a JSON merge patch (RFC 7386) to a pod; nothing happens if it is gone. */
    static void patchPod(KubernetesClient client, String namespace, String name, String patch) {
        Pod named = new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .endMetadata()
                .build();
        try {
            client.resource(named) // otherwise the client would read it first
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
                throw e;
            }
        }
    }

    private static boolean isOrphan(HasMetadata found, HasMetadata wanted) {
        Map<String, String> labels = found.getMetadata().getLabels();
        return found.getMetadata().getOwnerReferences().isEmpty()
                && labels != null
                && labels.entrySet()
                        .containsAll(wanted.getMetadata().getLabels().entrySet());
    }
}
