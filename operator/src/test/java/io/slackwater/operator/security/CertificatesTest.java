package io.slackwater.operator.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final List<String> NAMES = List.of("chat-nodes", "*.chat-nodes.default.svc");

    private final Certificates certificates = new Certificates(new SecureRandom());
    private final KeyAndCertificate authority = certificates.authority("chat", NOW);
    private final KeyAndCertificate node = certificates.node(authority, NAMES, NOW);

    @Test
    void what_they_are_for_is_written_in_them() throws Exception {
        X509Certificate root = authority.certificate();
        assertThat(root.getBasicConstraints())
                .as("signs for nodes, and for no further authority")
                .isZero();
        assertThat(root.getKeyUsage()).containsExactly(false, false, false, false, false, true, true, false, false);
        assertThat(root.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThat(root.getNonCriticalExtensionOIDs()).containsExactly("2.5.29.14");
        assertThat(root.getSubjectX500Principal().getName()).startsWith("CN=slackwater chat ");
        assertThat(root.getIssuerX500Principal()).isEqualTo(root.getSubjectX500Principal());

        X509Certificate leaf = node.certificate();
        assertThat(leaf.getBasicConstraints()).isEqualTo(-1);
        assertThat(leaf.getKeyUsage()).containsExactly(true, false, false, false, false, false, false, false, false);
        assertThat(leaf.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
        assertThat(leaf.getSubjectAlternativeNames().stream().<Object>map(entry -> entry.get(1)))
                .containsExactlyElementsOf(NAMES);
        assertThat(leaf.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
        assertThat(leaf.getNonCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.17", "2.5.29.35", "2.5.29.37");
        assertThat(leaf.getIssuerX500Principal()).isEqualTo(root.getSubjectX500Principal());
        assertThat(leaf.getNotBefore()).isEqualTo(Date.from(NOW.minusSeconds(300)));
        assertThat(leaf.getNotAfter()).isEqualTo(Date.from(NOW.plus(Certificates.NODE_LIFE)));
        assertThat(leaf.getSerialNumber()).isPositive().isNotEqualTo(root.getSerialNumber());
    }

    @Test
    void java_follows_the_path_to_its_authority_and_to_no_other() throws Exception {
        assertThat(path(authority)).isEmpty();
        assertThat(path(certificates.authority("chat", NOW))).isNotEmpty();
    }

    @Test
    void openssl_which_the_nodes_use_finds_nothing_to_object_to(@TempDir Path folder) throws Exception {
        assumeTrue(openssl("version").code() == 0, "there is no openssl");
        Path root = Files.writeString(folder.resolve("ca.crt"), authority.certificatePem());
        Path leaf = Files.writeString(folder.resolve("tls.crt"), node.certificatePem());
        Said strict = openssl(
                "verify",
                "-x509_strict",
                "-check_ss_sig",
                "-purpose",
                "sslserver",
                "-verify_hostname",
                "n-1.chat-nodes.default.svc",
                "-CAfile",
                root.toString(),
                leaf.toString());
        assertThat(strict.text()).endsWith("tls.crt: OK\n");
        assertThat(strict.code()).isZero();
        Path other = Files.writeString(
                folder.resolve("other.crt"), certificates.authority("chat", NOW).certificatePem());
        assertThat(openssl("verify", "-CAfile", other.toString(), leaf.toString())
                        .code())
                .isNotZero();
    }

    /** What Java objects to, empty when nothing. */
    private String path(KeyAndCertificate trusted) throws Exception {
        PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(trusted.certificate(), null)));
        parameters.setRevocationEnabled(false);
        try {
            CertPathValidator.getInstance("PKIX")
                    .validate(
                            CertificateFactory.getInstance("X.509").generateCertPath(List.of(node.certificate())),
                            parameters);
            return "";
        } catch (CertPathValidatorException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private record Said(int code, String text) {}

    private static Said openssl(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), text);
        } catch (IOException e) {
            return new Said(127, String.valueOf(e.getMessage()));
        }
    }
}
