package io.slackwater.operator.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.slackwater.crds.PubSubCluster;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.List;

/**
 * The operator's own finalizer on a cluster: it is there only while something outside of Kubernetes has to be told when the cluster goes.
 * It is added to and taken from the very version of the object that was read, and nothing else of the object is touched.
 */
public final class Finalizers {
    /** Its name. */
    public static final String NAME = "slackwater.io/zookeeper";

    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;

    public Finalizers(KubernetesClient client) {
        this.client = client;
    }

    /** Whether the cluster has it. */
    public static boolean on(PubSubCluster seen) {
        return seen.getMetadata().getFinalizers().contains(NAME);
    }

    /**
     * Adds it, or takes it away, where that is not so already.
     *
     * @return false when somebody has changed the object meanwhile; the next look will show
     * @throws KubernetesClientException the API server refuses
     */
    public boolean set(PubSubCluster seen, boolean wanted) {
        if (on(seen) == wanted) {
            return true;
        }
        List<String> finalizers = new ArrayList<>(seen.getMetadata().getFinalizers());
        if (wanted) {
            finalizers.add(NAME);
        } else {
            finalizers.remove(NAME);
        }
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        patch.addObject()
                .put("op", "replace")
                .put("path", "/metadata/resourceVersion")
                .put("value", seen.getMetadata().getResourceVersion());
        ArrayNode value = patch.addObject()
                .put("op", "add")
                .put("path", "/metadata/finalizers")
                .putArray("value");
        finalizers.forEach(value::add);
        try {
            client.resource(seen).patch(PatchContext.of(PatchType.JSON), patch.toString());
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
                    || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || e.getCode() == UNPROCESSABLE) {
                return false;
            }
            throw e;
        }
    }
}
