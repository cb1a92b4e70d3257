package io.slackwater.operator.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.slackwater.crds.PubSubCluster;
import io.slackwater.crds.PubSubClusterStatus;
import java.net.HttpURLConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the status, by update with the resource version that was read: an operator that is behind gets a conflict. */
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
     * @return whether it was; if not, somebody has changed the object meanwhile, and the next reconciliation will see that
     */
    public boolean write(PubSubCluster seen, PubSubClusterStatus status) {
        PubSubCluster copy = new PubSubCluster();
        copy.setMetadata(seen.getMetadata());
        copy.setSpec(seen.getSpec());
        copy.setStatus(status);
        try {
            client.resource(copy).updateStatus();
            return true;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_CONFLICT || e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
                LOG.debug("status of {} not written: {}", seen.getMetadata().getName(), e.getMessage());
                return false;
            }
            throw e;
        }
    }
}
