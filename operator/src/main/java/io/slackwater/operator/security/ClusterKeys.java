package io.slackwater.operator.security;

import io.slackwater.ring.handover.NodeUsers;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * All that is secret of a cluster, as the operator keeps it; what nodes and members get is derived from it.
 *
 * @param current passwords in use
 * @param next passwords that nodes are being told; null when none are
 * @param previous passwords that are still valid; null when none are
 * @param retireAt when the previous ones end; null when there are none
 * @param passwordVersion the version asked for when {@code current} was made
 * @param authority signs the nodes' certificates; null when the operator makes none
 * @param nextAuthority is made known to members, and signs once they all trust it; null when there is none
 * @param formerAuthority certificate of the one before, still trusted; null when there is none
 * @param authoritySince when the last of these changes began
 * @param authorityVersion the version asked for when the newest authority was made
 */
public record ClusterKeys(
        Passwords current,
        @Nullable Passwords next,
        @Nullable Passwords previous,
        @Nullable Instant retireAt,
        int passwordVersion,
        @Nullable KeyAndCertificate authority,
        @Nullable KeyAndCertificate nextAuthority,
        @Nullable String formerAuthority,
        Instant authoritySince,
        int authorityVersion) {

    /** Hashes of every password that is valid, by user. */
    public Map<String, List<String>> hashes() {
        Map<String, List<String>> hashes = new TreeMap<>();
        for (String user : List.of(NodeUsers.OPERATOR, NodeUsers.MEMBER, NodeUsers.HOOK)) {
            hashes.put(
                    user,
                    Stream.of(Optional.of(current), Optional.ofNullable(next), Optional.ofNullable(previous))
                            .flatMap(Optional::stream)
                            .map(passwords -> Passwords.hash(passwords.of(user)))
                            .distinct()
                            .toList());
        }
        return hashes;
    }

    /** Certificates of the authorities to trust, in PEM; empty when the operator makes none. */
    public String trusted() {
        return Stream.of(
                        Optional.ofNullable(authority).map(KeyAndCertificate::certificatePem),
                        Optional.ofNullable(nextAuthority).map(KeyAndCertificate::certificatePem),
                        Optional.ofNullable(formerAuthority))
                .flatMap(Optional::stream)
                .reduce("", String::concat);
    }

    /** As the entries of a Secret. */
    public Map<String, String> encode() {
        Map<String, String> data = new TreeMap<>();
        put(data, "", current);
        put(data, "next-", next);
        put(data, "previous-", previous);
        data.put("password-version", Integer.toString(passwordVersion));
        if (retireAt != null) {
            data.put("retire-at", retireAt.toString());
        }
        put(data, "ca", authority);
        put(data, "next-ca", nextAuthority);
        if (formerAuthority != null) {
            data.put("former-ca.crt", formerAuthority);
        }
        data.put("ca-since", authoritySince.toString());
        data.put("ca-version", Integer.toString(authorityVersion));
        return data;
    }

    /**
     * The reverse.
     *
     * @throws IllegalArgumentException when something is missing or cannot be read; the message names the entry and shows nothing of it
     */
    public static ClusterKeys decode(Map<String, String> data) {
        Passwords current = passwords(data, "");
        if (current == null) {
            throw new IllegalArgumentException("has no passwords");
        }
        try {
            return new ClusterKeys(
                    current,
                    passwords(data, "next-"),
                    passwords(data, "previous-"),
                    data.containsKey("retire-at") ? Instant.parse(data.get("retire-at")) : null,
                    Integer.parseInt(data.getOrDefault("password-version", "1")),
                    pair(data, "ca"),
                    pair(data, "next-ca"),
                    data.get("former-ca.crt"),
                    Instant.parse(data.getOrDefault("ca-since", Instant.EPOCH.toString())),
                    Integer.parseInt(data.getOrDefault("ca-version", "1")));
        } catch (NumberFormatException | java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException("has a time or a version that cannot be read", e);
        }
    }

    private static void put(Map<String, String> data, String prefix, @Nullable Passwords passwords) {
        if (passwords != null) {
            data.put(prefix + "operator", passwords.operator());
            data.put(prefix + "member", passwords.member());
            data.put(prefix + "hook", passwords.hook());
        }
    }

    private static void put(Map<String, String> data, String name, @Nullable KeyAndCertificate pair) {
        if (pair != null) {
            data.put(name + ".crt", pair.certificatePem());
            data.put(name + ".key", pair.keyPem());
        }
    }

    private static @Nullable Passwords passwords(Map<String, String> data, String prefix) {
        Map<String, String> found = new HashMap<>();
        for (String user : List.of("operator", "member", "hook")) {
            String password = data.get(prefix + user);
            if (password == null || password.isEmpty()) {
                return null;
            }
            found.put(user, password);
        }
        return new Passwords(
                Objects.requireNonNull(found.get("operator")),
                Objects.requireNonNull(found.get("member")),
                Objects.requireNonNull(found.get("hook")));
    }

    private static @Nullable KeyAndCertificate pair(Map<String, String> data, String name) {
        String certificate = data.get(name + ".crt");
        String key = data.get(name + ".key");
        return certificate == null || key == null ? null : new KeyAndCertificate(certificate, key);
    }

    @Override
    public String toString() {
        return "ClusterKeys[not shown]";
    }
}
