package io.slackwater.operator.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what differs in the status, based on the resource version that was read: an operator that is behind gets a conflict, and
 * one that is older than the last leaves the fields alone that it does not know.
 */
public final class StatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

    private final KubernetesClient client;

    public StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Writes it.
     *
     * @param seen the object as it was read; not changed
     * @return whether the API server has it now; if not, somebody has changed the object meanwhile, and the next reconciliation will
     *     see that
     */
    public boolean write(PubSubCluster seen, PubSubClusterStatus status) {
        ArrayNode patch = StatusPatch.of(
                seen.getMetadata().getResourceVersion(),
                seen.getStatus() == null ? null : json(seen.getStatus()),
                json(status));
        if (patch.isEmpty()) {
            return true;
        }
        try {
            client.resource(seen).subresource("status").patch(PatchContext.of(PatchType.JSON), patch.toString());
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                LOG.debug("status of {} not written: {}", seen.getMetadata().getName(), e.getMessage());
                return false;
            }
            throw e;
        }
    }

    private ObjectNode json(PubSubClusterStatus status) {
        return client.getKubernetesSerialization().convertValue(status, ObjectNode.class);
    }
}
