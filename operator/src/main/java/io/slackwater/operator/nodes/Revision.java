package io.slackwater.operator.nodes;

import io.fabric8.kubernetes.api.model.Quantity;
import io.slackwater.crds.NodesSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

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
    /** 40 bits: what is compared are a handful of revisions of one cluster. */
    private static final int LENGTH = 10;

    private Revision() {}

    /** Ten hexadecimal digits. The same for the same specification, whatever the order of its fields and the spelling of amounts. */
    public static String of(NodesSpec nodes) {
        StringBuilder text = new StringBuilder();
        put(text, "image", nodes.image());
        put(text, "imagePullPolicy", nodes.imagePullPolicy());
        put(text, "grace", String.valueOf(nodes.terminationGracePeriodSeconds()));
        new TreeMap<>(nodes.config()).forEach((name, value) -> put(text, "config/" + name, value));
        putAll(text, "requests/", nodes.resources().requests());
        putAll(text, "limits/", nodes.resources().limits());
        byte[] hash = sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash).substring(0, LENGTH);
    }

    private static void putAll(StringBuilder text, String prefix, Map<String, Quantity> amounts) {
        new TreeMap<>(amounts).forEach((name, amount) -> put(text, prefix + name, plain(amount)));
    }

    /** With its lengths, so that no two specifications have the same text. */
    private static void put(StringBuilder text, String name, String value) {
        text.append(name.length()).append(':').append(name);
        text.append(value.length()).append(':').append(value).append('\n');
    }

    /** The number that it stands for: 1, 1000m and 1.0 are the same. */
    private static String plain(Quantity amount) {
        try {
            return amount.getNumericalAmount().stripTrailingZeros().toPlainString();
        } catch (IllegalArgumentException e) { // the API server refuses such an amount when a pod is made of it
            return amount.toString();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
