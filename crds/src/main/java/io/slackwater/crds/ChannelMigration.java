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
 * One planned change of a cluster's ring: what it costs, what it waits for, how far it is, what came of it. Made by the operator; people
 * approve, pause and cancel it.
 */
@Group("slackwater.io")
@Version("v1alpha1")
@ShortNames("chm")
@AdditionalPrinterColumn(name = "Cluster", jsonPath = ".spec.cluster", type = Type.STRING)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".spec.reason", type = Type.STRING)
@AdditionalPrinterColumn(name = "Nodes", jsonPath = ".spec.replicas", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase", type = Type.STRING)
@AdditionalPrinterColumn(name = "Progress", jsonPath = ".status.progress.text", type = Type.STRING)
@AdditionalPrinterColumn(name = "ETA", jsonPath = ".status.progress.eta", type = Type.STRING)
@AdditionalPrinterColumn(name = "Lost", jsonPath = ".status.result.lost", type = Type.INTEGER)
@AdditionalPrinterColumn(name = "Status", jsonPath = ".status.message", type = Type.STRING)
@AdditionalPrinterColumn(name = "Age", jsonPath = ".metadata.creationTimestamp", type = Type.DATE)
@ValidationRule(value = "has(self.spec)", message = "spec is missing: ChannelMigrations are made by the operator.")
public final class ChannelMigration extends CustomResource<ChannelMigrationSpec, ChannelMigrationStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1L;
}
