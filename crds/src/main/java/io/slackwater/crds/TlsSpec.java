package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import io.slackwater.crds.NodesSpec.SecretRef;
import org.jspecify.annotations.Nullable;

/**
 * Certificates of the nodes. A value of 0 stands for the default.
 *
 * @param secretRef null unless the mode is {@link SecurityMode#Secret}
 */
@ValidationRule(
        value = "(self.mode == 'Secret') == has(self.secretRef)",
        message = "nodes.tls: name a Secret in secretRef if mode is Secret, and leave secretRef out otherwise.")
public record TlsSpec(
        @JsonPropertyDescription(
                "Managed: the operator is the authority and renews the certificate. Secret: it is in the Secret that"
                        + " secretRef names. Disabled: everything, passwords included, can be read on the way. It cannot"
                        + " be switched on or off while the cluster runs.")
        @Default("Managed")
        SecurityMode mode,

        @JsonPropertyDescription(
                "A Secret with the entries tls.crt, tls.key and ca.crt, as cert-manager makes it, for the DNS names"
                        + " CLUSTER-nodes and CLUSTER-nodes.NAMESPACE.svc.")
        @Nullable
        SecretRef secretRef,

        @JsonPropertyDescription("Another number than before has a new authority made.")
        @Default("1")
        @Min(1)
        @Max(1_000_000)
        int authorityVersion) {
    /** What the API server fills in. */
    public static final TlsSpec DEFAULT = new TlsSpec(SecurityMode.Managed, null, 1);

    @SuppressWarnings("ConstantValue")
    public TlsSpec {
        mode = mode == null ? SecurityMode.Managed : mode;
        authorityVersion = authorityVersion == 0 ? 1 : authorityVersion;
    }
}
