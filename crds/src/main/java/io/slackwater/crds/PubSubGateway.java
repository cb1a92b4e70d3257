package io.slackwater.crds;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A tier of WebSocket gateways in front of a {@link PubSubCluster}. A gateway that goes lets its clients go first. The specification
 * belongs to the user, the status to the operator.
 */
@Group("slackwater.io")
@Version("v1alpha1")
@ShortNames("psg")
@AdditionalPrinterColumn(name = "Cluster", jsonPath = ".spec.clusterRef.name", type = Type.STRING)
@AdditionalPrinterColumn(name = "Wanted", jsonPath = ".spec.replicas", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Serving", jsonPath = ".status.replicas", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Connections", jsonPath = ".status.connections", type = Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Status", jsonPath = ".status.message", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@ValidationRule(
        value = "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message =
                "metadata.name must have at most 40 characters, begin with a letter and consist of lower-case letters,"
                        + " digits and '-': pods and the Service are named after it. Choose one such as 'chat'.")
@ValidationRule(
        value = "has(self.spec)",
        message = "spec is missing: write at least spec.clusterRef.name and spec.image.")
public final class PubSubGateway extends CustomResource<PubSubGatewaySpec, PubSubGatewayStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
