package io.slackwater.operator.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.slackwater.ring.handover.NodeUsers;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When passwords and authorities change. */
class KeyPlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Certificates CERTIFICATES = new Certificates(new SecureRandom());
    private static final KeyPlan.Fresh FRESH = new KeyPlan.Fresh() {
        private int count;

        @Override
        public Passwords passwords() {
            count++;
            return new Passwords("operator-" + count, "member-" + count, "hook-" + count);
        }

        @Override
        public KeyAndCertificate authority() {
            return CERTIFICATES.authority("chat", NOW);
        }
    };

    private static KeyPlan.Ask ask(@Nullable String member, int passwordVersion, int authorityVersion) {
        return new KeyPlan.Ask(true, member, passwordVersion, Duration.ofMinutes(60), authorityVersion);
    }

    @Test
    void nothing_changes_unasked() {
        KeyPlan.Ask ask = ask(null, 1, 1);
        ClusterKeys keys = KeyPlan.first(ask, NOW, FRESH);
        assertThat(KeyPlan.next(keys, ask, true, NOW.plus(Duration.ofDays(365)), FRESH))
                .isSameAs(keys);
    }

    @Test
    void new_passwords_are_told_to_the_nodes_before_anybody_uses_them() {
        ClusterKeys keys = KeyPlan.first(ask(null, 1, 1), NOW, FRESH);
        KeyPlan.Ask ask = ask(null, 2, 1);
        ClusterKeys told = KeyPlan.next(keys, ask, true, NOW, FRESH);
        assertThat(told.current()).isEqualTo(keys.current());
        assertThat(told.hashes().get(NodeUsers.MEMBER))
                .containsExactly(
                        Passwords.hash(keys.current().member()),
                        Passwords.hash(Objects.requireNonNull(told.next()).member()));
        assertThat(KeyPlan.next(told, ask, false, NOW.plus(Duration.ofDays(3)), FRESH))
                .as("a node does not know them yet")
                .isSameAs(told);

        ClusterKeys used = KeyPlan.next(told, ask, true, NOW, FRESH);
        assertThat(used.current()).isEqualTo(told.next());
        assertThat(used.previous()).isEqualTo(keys.current());
        assertThat(used.hashes().get(NodeUsers.OPERATOR)).hasSize(2);
        assertThat(KeyPlan.next(used, ask, true, NOW.plus(Duration.ofMinutes(59)), FRESH))
                .isSameAs(used);

        ClusterKeys after = KeyPlan.next(used, ask, true, NOW.plus(Duration.ofMinutes(60)), FRESH);
        assertThat(after.hashes().get(NodeUsers.MEMBER))
                .containsExactly(Passwords.hash(used.current().member()));
        assertThat(KeyPlan.next(after, ask, true, NOW.plus(Duration.ofDays(1)), FRESH))
                .isSameAs(after);
    }

    @Test
    void a_password_that_is_given_is_used_and_a_new_one_rotated_to() {
        KeyPlan.Ask ask = ask("given-by-somebody", 1, 1);
        ClusterKeys keys = KeyPlan.first(ask, NOW, FRESH);
        assertThat(keys.current().member()).isEqualTo("given-by-somebody");
        ClusterKeys told = KeyPlan.next(keys, ask("given-anew", 1, 1), true, NOW, FRESH);
        assertThat(Objects.requireNonNull(told.next()).member()).isEqualTo("given-anew");
        assertThat(KeyPlan.next(told, ask("given-anew", 1, 1), true, NOW, FRESH)
                        .current()
                        .member())
                .isEqualTo("given-anew");
    }

    @Test
    void a_new_authority_is_trusted_first_signs_later_and_the_old_one_goes_last() {
        ClusterKeys keys = KeyPlan.first(ask(null, 1, 1), NOW, FRESH);
        KeyPlan.Ask ask = ask(null, 1, 2);
        ClusterKeys trusted = KeyPlan.next(keys, ask, true, NOW, FRESH);
        assertThat(trusted.authority()).isEqualTo(keys.authority());
        assertThat(Pem.certificates(trusted.trusted())).hasSize(2);
        assertThat(KeyPlan.next(trusted, ask, true, NOW.plus(Duration.ofMinutes(59)), FRESH))
                .isSameAs(trusted);

        Instant later = NOW.plus(KeyPlan.TRUST_DELAY);
        ClusterKeys signing = KeyPlan.next(trusted, ask, true, later, FRESH);
        assertThat(signing.authority()).isEqualTo(trusted.nextAuthority());
        assertThat(Pem.certificates(signing.trusted())).hasSize(2);

        ClusterKeys alone = KeyPlan.next(signing, ask, true, later.plus(KeyPlan.TRUST_DELAY), FRESH);
        assertThat(Pem.certificates(alone.trusted())).hasSize(1);
        assertThat(KeyPlan.next(alone, ask, true, later.plus(Duration.ofDays(9)), FRESH))
                .isSameAs(alone);
    }

    @Test
    void an_authority_is_renewed_by_its_age() {
        KeyPlan.Ask ask = ask(null, 1, 1);
        ClusterKeys keys = KeyPlan.first(ask, NOW, FRESH);
        assertThat(KeyPlan.next(keys, ask, true, NOW.plus(Duration.ofDays(2_700)), FRESH))
                .isSameAs(keys);
        assertThat(KeyPlan.next(keys, ask, true, NOW.plus(Duration.ofDays(2_740)), FRESH)
                        .nextAuthority())
                .isNotNull();
    }

    @Test
    void keys_survive_a_secret_and_are_not_shown() {
        ClusterKeys keys = KeyPlan.next(KeyPlan.first(ask(null, 1, 1), NOW, FRESH), ask(null, 2, 2), true, NOW, FRESH);
        assertThat(ClusterKeys.decode(keys.encode())).isEqualTo(keys);
        assertThat(keys.toString() + keys.current() + keys.authority() + ask("given-by-somebody", 1, 1))
                .doesNotContain("member-", "PRIVATE", "given");
        assertThatThrownBy(() -> ClusterKeys.decode(Map.of("operator", "x"))).hasMessage("has no passwords");
    }

    @Test
    void certificates_are_for_the_names_and_from_the_authority() {
        KeyAndCertificate authority = CERTIFICATES.authority("chat", NOW);
        List<String> names = List.of("chat-nodes", "chat-nodes.default.svc");
        KeyAndCertificate node = CERTIFICATES.node(authority, names, NOW);
        assertThat(node.refusal("chat-nodes.default.svc", NOW)).isEmpty();
        assertThat(node.refusal("other-nodes.default.svc", NOW))
                .hasValueSatisfying(
                        sentence -> assertThat(sentence).contains("it must have the DNS name other-nodes.default.svc"));
        assertThat(node.refusal("chat-nodes", NOW.plus(Duration.ofDays(91))))
                .hasValueSatisfying(sentence -> assertThat(sentence).contains("has expired"));
        assertThat(new KeyAndCertificate(node.certificatePem(), authority.keyPem()).refusal("chat-nodes", NOW))
                .hasValue("tls.key is not the key of the certificate in tls.crt");
        assertThat(new KeyAndCertificate("", "").refusal("chat-nodes", NOW))
                .hasValue("tls.crt holds no certificate in PEM");

        assertThat(node.due(authority, names, NOW.plus(Duration.ofDays(59)))).isFalse();
        assertThat(node.due(authority, names, NOW.plus(Duration.ofDays(61)))).isTrue();
        assertThat(node.due(authority, List.of("further"), NOW)).isTrue();
        assertThat(node.due(CERTIFICATES.authority("chat", NOW), names, NOW)).isTrue();
    }
}
