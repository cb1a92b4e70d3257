package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubCluster;
import java.net.HttpURLConnection;
import java.util.Map;

/** Objects that belong to a cluster. */
final class Owned {
    private Owned() {}

    /**
     * Creates an object, or takes it over if a former cluster of this name has left it without an owner. One that belongs to the cluster
     * already is left as it is.
     *
     * @throws KubernetesClientException the API refuses it, or something else has that name
     */
    static void create(KubernetesClient client, PubSubCluster cluster, HasMetadata wanted) {
        try {
            client.resource(wanted).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            HasMetadata found = client.resource(wanted).get();
            String uid = cluster.getMetadata().getUid();
            if (found != null && isOrphan(found, wanted)) {
                // Its version keeps it from undoing what somebody else does to it.
                found.getMetadata().setOwnerReferences(wanted.getMetadata().getOwnerReferences());
                client.resource(found).update();
            } else if (found != null
                    && found.getMetadata().getOwnerReferences().stream()
                            .noneMatch(owner -> owner.getUid().equals(uid))) {
                throw new KubernetesClientException(
                        "the " + wanted.getKind() + " " + wanted.getMetadata().getName()
                                + " is there already and does not belong to this cluster: delete it, or name the cluster otherwise",
                        e);
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
