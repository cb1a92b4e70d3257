package io.slackwater.crds;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.ValidationRule;
import io.slackwater.crds.NodesSpec.SecretRef;
import org.jspecify.annotations.Nullable;

/**
 * Passwords of the nodes. A value of 0 stands for the default.
 *
 * @param secretRef null unless the mode is {@link SecurityMode#Secret}
 */
@ValidationRule(
        value = "(self.mode == 'Secret') == has(self.secretRef)",
        message = "nodes.auth: name a Secret in secretRef if mode is Secret, and leave secretRef out otherwise.")
public record AuthSpec(
        @JsonPropertyDescription(
                "Managed: the operator makes the passwords. Secret: that of gateways and back ends is in the Secret that"
                        + " secretRef names. Disabled: whoever reaches a node may do anything on it. It cannot be"
                        + " switched on or off while the cluster runs.")
        @Default("Managed")
        SecurityMode mode,

        @JsonPropertyDescription(
                "A Secret with the entry password, of at least 16 characters. Change it there to rotate it.")
        @Nullable
        SecretRef secretRef,

        @JsonPropertyDescription("Another number than before has new passwords made.")
        @Default("1")
        @Min(1)
        @Max(1_000_000)
        int passwordVersion,

        @JsonPropertyDescription(
                "How long old passwords stay valid after gateways and back ends were given new ones, in minutes.")
        @Default("60")
        @Min(1)
        @Max(100_000)
        int overlapMinutes) {
    /** What the API server fills in. */
    public static final AuthSpec DEFAULT = new AuthSpec(SecurityMode.Managed, null, 1, 60);

    @SuppressWarnings("ConstantValue")
    public AuthSpec {
        mode = mode == null ? SecurityMode.Managed : mode;
        passwordVersion = passwordVersion == 0 ? 1 : passwordVersion;
        overlapMinutes = overlapMinutes == 0 ? 60 : overlapMinutes;
    }
}
