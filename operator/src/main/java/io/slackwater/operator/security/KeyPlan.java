package io.slackwater.operator.security;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * When passwords and authorities change, one step at a time: a pure function of what is asked for and what is there. A new password
 * is first told to the nodes, beside the one in use; when all of them take it, members get it; the old one stays valid for a while.
 * A new authority is first trusted, and signs later. So nobody is ever refused who has done as he was told, and no connection ends.
 */
public final class KeyPlan {
    /** From telling members of a new authority to signing with it: longer than any machine takes to bring a Secret up to date. */
    static final Duration TRUST_DELAY = Duration.ofHours(1);

    private static final int PARTS_OF_AUTHORITY = 4;

    private KeyPlan() {}

    /**
     * What is asked for.
     *
     * @param authority whether the operator is to make certificates
     * @param member the members' password that somebody has given; null when the operator makes one
     * @param passwordVersion another number than before asks for new passwords
     * @param overlap how long old passwords stay valid
     * @param authorityVersion another number than before asks for a new authority
     */
    public record Ask(
            boolean authority, @Nullable String member, int passwordVersion, Duration overlap, int authorityVersion) {
        @Override
        public String toString() {
            return "Ask[not shown]";
        }
    }

    /** Makes what is new. */
    public interface Fresh {
        Passwords passwords();

        KeyAndCertificate authority();
    }

    /** The keys of a new cluster. */
    public static ClusterKeys first(Ask ask, Instant now, Fresh fresh) {
        return new ClusterKeys(
                passwords(ask, fresh),
                null,
                null,
                null,
                ask.passwordVersion(),
                ask.authority() ? fresh.authority() : null,
                null,
                null,
                now,
                ask.authorityVersion());
    }

    /**
     * The next step; the same keys when nothing is due.
     *
     * @param known whether all nodes take every password of {@code keys}
     */
    public static ClusterKeys next(ClusterKeys keys, Ask ask, boolean known, Instant now, Fresh fresh) {
        return authorities(passwords(keys, ask, known, now, fresh), ask, now, fresh);
    }

    private static ClusterKeys passwords(ClusterKeys keys, Ask ask, boolean known, Instant now, Fresh fresh) {
        Passwords next = keys.next();
        if (next != null) {
            return known
                    ? with(keys, next, null, keys.current(), now.plus(ask.overlap()), ask.passwordVersion())
                    : keys;
        }
        boolean other =
                ask.member() != null && !ask.member().equals(keys.current().member());
        if (other || ask.passwordVersion() != keys.passwordVersion()) {
            return with(
                    keys,
                    keys.current(),
                    passwords(ask, fresh),
                    keys.previous(),
                    keys.retireAt(),
                    keys.passwordVersion());
        }
        Instant retireAt = keys.retireAt();
        if (keys.previous() != null && (retireAt == null || !now.isBefore(retireAt))) {
            return with(keys, keys.current(), null, null, null, keys.passwordVersion());
        }
        return keys;
    }

    private static ClusterKeys authorities(ClusterKeys keys, Ask ask, Instant now, Fresh fresh) {
        KeyAndCertificate authority = keys.authority();
        KeyAndCertificate next = keys.nextAuthority();
        if (!ask.authority()) {
            return keys;
        }
        if (authority == null) {
            return signing(keys, fresh.authority(), null, null, now, ask.authorityVersion());
        }
        if (next != null) {
            return now.isBefore(keys.authoritySince().plus(TRUST_DELAY))
                    ? keys
                    : signing(keys, next, null, authority.certificatePem(), now, keys.authorityVersion());
        }
        if (keys.formerAuthority() != null
                && !now.isBefore(keys.authoritySince().plus(TRUST_DELAY))) {
            return signing(keys, authority, null, null, now, keys.authorityVersion());
        }
        if (ask.authorityVersion() != keys.authorityVersion() || authority.ends(PARTS_OF_AUTHORITY, now)) {
            return signing(keys, authority, fresh.authority(), keys.formerAuthority(), now, ask.authorityVersion());
        }
        return keys;
    }

    private static Passwords passwords(Ask ask, Fresh fresh) {
        Passwords made = fresh.passwords();
        return ask.member() == null ? made : made.withMember(ask.member());
    }

    private static ClusterKeys with(
            ClusterKeys keys,
            Passwords current,
            @Nullable Passwords next,
            @Nullable Passwords previous,
            @Nullable Instant retireAt,
            int version) {
        return new ClusterKeys(
                current,
                next,
                previous,
                retireAt,
                version,
                keys.authority(),
                keys.nextAuthority(),
                keys.formerAuthority(),
                keys.authoritySince(),
                keys.authorityVersion());
    }

    private static ClusterKeys signing(
            ClusterKeys keys,
            KeyAndCertificate authority,
            @Nullable KeyAndCertificate next,
            @Nullable String former,
            Instant now,
            int version) {
        return new ClusterKeys(
                keys.current(),
                keys.next(),
                keys.previous(),
                keys.retireAt(),
                keys.passwordVersion(),
                authority,
                next,
                former,
                now,
                version);
    }
}
