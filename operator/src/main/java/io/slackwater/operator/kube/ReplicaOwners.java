package io.slackwater.operator.kube;

import io.fabric8.kubernetes.api.model.FieldsV1;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who set {@code spec.replicas} of an object, as the API server notes it in {@code managedFields}: whoever changes a field becomes its only owner,
 * or one of several who apply the same value.
 */
public final class ReplicaOwners {
    private ReplicaOwners() {}

    /**
     * Names of field managers; {@code kube-controller-manager (scale)} is a HorizontalPodAutoscaler, KEDA's included. Empty when nobody set it, or
     * the API server does not tell.
     */
    public static Set<String> of(ObjectMeta meta) {
        Set<String> owners = new TreeSet<>();
        for (ManagedFieldsEntry entry : meta.getManagedFields()) {
            if (entry.getManager() != null && ownsReplicas(entry.getFieldsV1())) {
                String through = entry.getSubresource();
                owners.add(
                        through == null || through.isEmpty()
                                ? entry.getManager()
                                : entry.getManager() + " (" + through + ")");
            }
        }
        return owners;
    }

    private static boolean ownsReplicas(FieldsV1 fields) {
        return fields != null
                && fields.getAdditionalProperties().get("f:spec") instanceof Map<?, ?> spec
                && spec.containsKey("f:replicas");
    }
}
