package io.slackwater.operator.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

class ReplicaOwnersTest {
    @Test
    void who_set_the_replicas_is_told_from_everybody_else() {
        ObjectMeta meta = Serialization.unmarshal("""
                name: tide
                managedFields:
                - manager: kubectl-client-side-apply
                  operation: Update
                  fieldsType: FieldsV1
                  fieldsV1: {"f:spec": {"f:ring": {}, ".": {}}, "f:metadata": {"f:annotations": {}}}
                - manager: kube-controller-manager
                  operation: Update
                  subresource: scale
                  fieldsType: FieldsV1
                  fieldsV1: {"f:spec": {"f:replicas": {}}}
                - manager: flux
                  operation: Apply
                  fieldsType: FieldsV1
                  fieldsV1: {"f:spec": {"f:replicas": {}, "f:nodes": {"f:image": {}}}}
                - manager: slackwater-operator
                  operation: Update
                  subresource: status
                  fieldsType: FieldsV1
                  fieldsV1: {"f:status": {"f:replicas": {}}}
                """, ObjectMeta.class);
        assertThat(ReplicaOwners.of(meta)).containsExactly("flux", "kube-controller-manager (scale)");
    }

    @Test
    void nobody_is_when_the_server_does_not_tell() {
        assertThat(ReplicaOwners.of(new ObjectMetaBuilder().withName("tide").build()))
                .isEmpty();
    }
}
