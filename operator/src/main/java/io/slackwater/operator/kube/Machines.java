package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Machines of the Kubernetes cluster: whether they are closed to new pods, which together with an eviction means that they are being emptied. Safe for
 * use by many threads.
 */
public final class Machines {
    private static final Logger LOG = LoggerFactory.getLogger(Machines.class);

    /** What the cluster autoscaler and Karpenter put on a machine that they are about to remove; {@code kubectl drain} makes it unschedulable. */
    private static final Set<String> REMOVAL_TAINTS =
            Set.of("ToBeDeletedByClusterAutoscaler", "karpenter.sh/disrupted", "karpenter.sh/disruption");

    private static final int MANY = 10_000;

    private final KubernetesClient client;
    private final Set<String> lastClosed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean refused = new AtomicBoolean();

    public Machines(KubernetesClient client) {
        this.client = client;
    }

    /**
     * Those of these machines that take no new pods. One that the API does not tell of now counts as it was last time; without the right to ask,
     * which an operator of single namespaces has not, none is known to be closed.
     */
    public Set<String> closedOf(Set<String> machines) {
        if (lastClosed.size() > MANY) {
            lastClosed.clear(); // machines come and go for ever
        }
        return machines.stream().filter(this::closed).collect(Collectors.toSet());
    }

    private boolean closed(String machine) {
        try {
            boolean closed = closed(client.nodes().withName(machine).get());
            if (closed) {
                lastClosed.add(machine);
            } else {
                lastClosed.remove(machine);
            }
            return closed;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
                if (!refused.getAndSet(true)) {
                    LOG.info(
                            "machines cannot be looked at, so gateways of a machine that is drained go one by one: {}",
                            e.getMessage());
                }
                return false;
            }
            LOG.debug("machine {} cannot be looked at", machine, e);
            return lastClosed.contains(machine);
        }
    }

    private static boolean closed(Node machine) {
        return machine != null
                && machine.getSpec() != null
                && (Boolean.TRUE.equals(machine.getSpec().getUnschedulable())
                        || machine.getSpec().getTaints().stream()
                                .anyMatch(taint -> REMOVAL_TAINTS.contains(taint.getKey())));
    }
}
