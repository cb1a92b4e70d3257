package io.slackwater.operator.gateways;

import io.slackwater.crds.PubSubGatewaySpec;
import io.slackwater.operator.nodes.Revision;
import io.slackwater.operator.nodes.SpecHash;

/**
 * Which specification a gateway pod was made of, as a short text to compare: a hash of what the user wrote, as {@link Revision} is. How
 * clients are let go is left out: that can be changed without a restart.
 */
public final class GatewayRevision {
    private GatewayRevision() {}

    /** Ten hexadecimal digits. */
    public static String of(PubSubGatewaySpec spec) {
        SpecHash hash = new SpecHash()
                .put("cluster", spec.clusterRef().name())
                .put("image", spec.image())
                .put("imagePullPolicy", spec.imagePullPolicy())
                .putAll("env/", spec.env())
                .putAmounts("requests/", spec.resources().requests())
                .putAmounts("limits/", spec.resources().limits());
        if (spec.envSecretRef() != null) {
            hash.put("envSecretRef", spec.envSecretRef().name());
        }
        return hash.toString();
    }
}
