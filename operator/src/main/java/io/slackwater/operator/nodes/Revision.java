package io.slackwater.operator.nodes;

import io.slackwater.crds.NodesSpec;

/**
 * Which specification a node pod was made of, as a short text to compare.
 *
 * <p>It is a hash of what the user wrote, not of the pod that the operator makes of it: another operator makes another pod (one more
 * probe, another default), and its upgrade must not restart nodes. For the same reason a field that is added to the specification
 * later goes into the hash only where it is set to something else than what held before there was such a field.
 *
 * <p>Left out is what changes without a restart (passwords, certificates), and whether there is TLS and authentication at all: a
 * cluster that runs keeps those (see {@link NodeSecurity}).
 */
public final class Revision {
    private Revision() {}

    /** Ten hexadecimal digits. The same for the same specification, whatever the order of its fields and the spelling of amounts. */
    public static String of(NodesSpec nodes) {
        return new SpecHash()
                .put("image", nodes.image())
                .put("imagePullPolicy", nodes.imagePullPolicy())
                .put("grace", String.valueOf(nodes.terminationGracePeriodSeconds()))
                .putAll("config/", nodes.config())
                .putAmounts("requests/", nodes.resources().requests())
                .putAmounts("limits/", nodes.resources().limits())
                .toString();
    }
}
