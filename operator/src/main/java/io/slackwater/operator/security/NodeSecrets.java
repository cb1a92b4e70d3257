package io.slackwater.operator.security;

import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.NodeUsers;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What nodes and members get to see of a cluster's keys: the entries of their Secrets.
 *
 * @param cluster as members know it
 * @param tlsName see {@link io.slackwater.ring.Node#tlsName()}
 * @param dnsNames names by which members reach the nodes, {@code tlsName} among them
 * @param certificates makes the nodes' certificate
 */
public record NodeSecrets(String cluster, String tlsName, List<String> dnsNames, Certificates certificates) {
    /** Entry: the access control list that a server loads at its start. */
    public static final String USERS = "users.acl";

    /** Entry: for the preStop hook. */
    public static final String HOOK_PASSWORD = "hook-password";

    /** Entry: certificates of the authorities to trust. */
    public static final String CA = "ca.crt";

    /** Entry: the certificate of the nodes. */
    public static final String CERTIFICATE = "tls.crt";

    /** Entry: its key. */
    public static final String KEY = "tls.key";

    /** Entry: whom members log in as. */
    public static final String USERNAME = "username";

    /** Entry: their password. */
    public static final String PASSWORD = "password";

    /** Of a password that is given. */
    public static final int SHORTEST_PASSWORD = 16;

    /** Whom the operator logs in as. */
    public String operatorUser() {
        return NodeUsers.OPERATOR;
    }

    /** For the pods: who may log in, by hashes only, and the one password that their hook needs. */
    public Map<String, String> node(ClusterKeys keys) {
        return Map.of(
                USERS,
                users().file(keys.hashes()),
                HOOK_PASSWORD,
                keys.current().hook());
    }

    /** The same users for a server that runs, as arguments of ACL SETUSER. */
    public Map<String, List<String>> users(ClusterKeys keys) {
        Map<String, List<String>> users = new TreeMap<>();
        keys.hashes().forEach((user, hashes) -> users.put(user, users().update(user, hashes)));
        return users;
    }

    /** For gateways and back ends. */
    public Map<String, String> member(ClusterKeys keys, boolean auth, String authorities) {
        Map<String, String> entries = new TreeMap<>();
        if (auth) {
            entries.put(USERNAME, NodeUsers.MEMBER);
            entries.put(PASSWORD, keys.current().member());
        }
        if (!authorities.isEmpty()) {
            entries.put(CA, authorities);
        }
        return entries;
    }

    /**
     * The nodes' certificate: the present one unless it is due.
     *
     * @param present entries of the Secret as it is; null when there is none
     */
    public Map<String, String> certificate(@Nullable Map<String, String> present, ClusterKeys keys, Instant now) {
        KeyAndCertificate authority = keys.authority();
        if (authority == null) {
            throw new IllegalArgumentException("there is no authority to make a certificate with");
        }
        boolean keep;
        try {
            keep = present != null
                    && !pair(present).due(authority, dnsNames, now)
                    && pair(present).refusal(tlsName, now).isEmpty();
        } catch (IllegalArgumentException e) {
            keep = false; // cannot be read: made anew
        }
        KeyAndCertificate pair = keep && present != null ? pair(present) : certificates.node(authority, dnsNames, now);
        return entries(pair, keys.trusted());
    }

    /** Certificate and key in the entries of a Secret; empty text for what is missing. */
    public static KeyAndCertificate pair(Map<String, String> entries) {
        return new KeyAndCertificate(entries.getOrDefault(CERTIFICATE, ""), entries.getOrDefault(KEY, ""));
    }

    /** The reverse. */
    public static Map<String, String> entries(KeyAndCertificate pair, String authorities) {
        return Map.of(CERTIFICATE, pair.certificatePem(), KEY, pair.keyPem(), CA, authorities);
    }

    /** Certificates in PEM. */
    public static X509Certificate[] certificates(String pem) {
        return Pem.certificates(pem).toArray(X509Certificate[]::new);
    }

    private NodeUsers users() {
        return new NodeUsers(new ClusterNames(cluster));
    }
}
