package io.slackwater.operator.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what differs in the status, based on the resource version that was read: an operator that is behind gets a conflict, and
 * one that is older than the last leaves the fields alone that it does not know.
 */
public final class StatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

    private static final int UNPROCESSABLE = 422;

    private final KubernetesClient client;

    public StatusWriter(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Writes it.
     *
     * @param seen the object as it was read; not changed
     * @return the object with it; null when somebody has changed the object meanwhile, which the next reconciliation will see
     */
    public <R extends CustomResource<?, S>, S> @Nullable R write(R seen, S status) {
        ArrayNode patch = StatusPatch.of(
                seen.getMetadata().getResourceVersion(),
                seen.getStatus() == null ? null : json(seen.getStatus()),
                json(status));
        if (patch.isEmpty()) {
            return seen;
        }
        try {
            return client.resource(seen).subresource("status").patch(PatchContext.of(PatchType.JSON), patch.toString());
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT
                    || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || doesNotFit(e)) {
                LOG.debug("status of {} not written: {}", seen.getMetadata().getName(), e.getMessage());
                return null;
            }
            throw e;
        }
    }

    /** The object is another one than was seen, and a path of the patch leads nowhere in it. A status that breaks the schema has causes. */
    private static boolean doesNotFit(KubernetesClientException e) {
        return e.getCode() == UNPROCESSABLE
                && (e.getStatus() == null
                        || e.getStatus().getDetails() == null
                        || e.getStatus().getDetails().getCauses() == null
                        || e.getStatus().getDetails().getCauses().isEmpty());
    }

    private ObjectNode json(Object status) {
        return client.getKubernetesSerialization().convertValue(status, ObjectNode.class);
    }
}
