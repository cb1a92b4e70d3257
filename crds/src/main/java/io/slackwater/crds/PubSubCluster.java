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
 * A tier of pub/sub nodes with one ring over them. The specification belongs to the user, the status to the operator; neither
 * writes the other's part.
 */
@Group("slackwater.io")
@Version("v1alpha1")
@ShortNames("psc")
@AdditionalPrinterColumn(name = "Wanted", jsonPath = ".spec.replicas", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Serving", jsonPath = ".status.replicas", type = Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = Type.STRING)
@AdditionalPrinterColumn(name = "Moved", jsonPath = ".status.migration.progress", type = Type.STRING)
@AdditionalPrinterColumn(name = "ETA", jsonPath = ".status.migration.eta", type = Type.STRING, priority = 1)
@AdditionalPrinterColumn(name = "Epoch", jsonPath = ".status.ring.epoch", type = Type.INTEGER, priority = 1)
@AdditionalPrinterColumn(name = "Members", jsonPath = ".status.members", type = Type.INTEGER, priority = 1)
@AdditionalPrinterColumn(name = "Status", jsonPath = ".status.message", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@ValidationRule(
        value = "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')",
        message =
                "metadata.name must have at most 40 characters, begin with a letter and consist of lower-case letters,"
                        + " digits and '-': pods and Services are named after it. Choose one such as 'nearby-friends'.")
@ValidationRule(
        value = "has(self.spec)",
        message = "spec is missing: write at least spec.nodes.image, for example redis:8.")
public final class PubSubCluster extends CustomResource<PubSubClusterSpec, PubSubClusterStatus> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
