package io.slackwater.operator.security;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.wildfly.security.x500.GeneralName;
import org.wildfly.security.x500.X500;
import org.wildfly.security.x500.cert.AuthorityKeyIdentifierExtension;
import org.wildfly.security.x500.cert.BasicConstraintsExtension;
import org.wildfly.security.x500.cert.ExtendedKeyUsageExtension;
import org.wildfly.security.x500.cert.KeyUsage;
import org.wildfly.security.x500.cert.KeyUsageExtension;
import org.wildfly.security.x500.cert.SubjectAlternativeNamesExtension;
import org.wildfly.security.x500.cert.SubjectKeyIdentifierExtension;
import org.wildfly.security.x500.cert.X509CertificateBuilder;
import org.wildfly.security.x500.cert.util.KeyUtil;

/**
 * Makes certificates: an authority for a cluster, and from it the certificate that all nodes of the cluster share. Keys are EC on
 * P-256. Elytron writes the structures, which Java has no public means for; keys and signatures are Java's own.
 */
public final class Certificates {
    /** Of an authority. */
    static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);

    /** Of a node's certificate; it is renewed when a third of it is left. */
    static final Duration NODE_LIFE = Duration.ofDays(90);

    /** Clocks differ. */
    private static final Duration BACKDATED = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;

    private final SecureRandom random;

    /** @param random for keys and serial numbers */
    public Certificates(SecureRandom random) {
        this.random = random;
    }

    /**
     * A new authority, which can sign for nodes and for no further authority.
     *
     * @param cluster for its name
     */
    public KeyAndCertificate authority(String cluster, Instant now) {
        KeyPair keys = keys();
        // Two authorities of a cluster must not have the same name, else one is taken for the other.
        BigInteger serial = serial();
        X500Principal name = new X500Principal(
                "CN=slackwater " + cluster + " " + serial.toString(36).substring(0, 8));
        X509CertificateBuilder builder = of(keys, serial, name, now, AUTHORITY_LIFE)
                .setIssuerDn(name)
                .setSigningKey(keys.getPrivate())
                .addExtension(new BasicConstraintsExtension(true, true, 0))
                .addExtension(new KeyUsageExtension(true, KeyUsage.keyCertSign, KeyUsage.cRLSign))
                .addExtension(new SubjectKeyIdentifierExtension(KeyUtil.getKeyIdentifier(keys.getPublic())));
        return built(builder, keys.getPrivate());
    }

    /**
     * A new certificate for nodes.
     *
     * @param names that they are reached by, at least one
     */
    public KeyAndCertificate node(KeyAndCertificate authority, List<String> names, Instant now) {
        KeyPair keys = keys();
        X509Certificate issuer = authority.certificate();
        List<GeneralName> reached =
                names.stream().<GeneralName>map(GeneralName.DNSName::new).toList();
        X509CertificateBuilder builder = of(keys, serial(), new X500Principal("CN=slackwater node"), now, NODE_LIFE)
                .setIssuerDn(issuer.getSubjectX500Principal())
                .setSigningKey(authority.key())
                .addExtension(new BasicConstraintsExtension(true, false, -1))
                .addExtension(new KeyUsageExtension(true, KeyUsage.digitalSignature))
                .addExtension(new ExtendedKeyUsageExtension(false, List.of(X500.OID_KP_SERVER_AUTH)))
                .addExtension(new AuthorityKeyIdentifierExtension(
                        KeyUtil.getKeyIdentifier(issuer.getPublicKey()), null, null))
                .addExtension(new SubjectAlternativeNamesExtension(false, reached));
        return built(builder, keys.getPrivate());
    }

    private static X509CertificateBuilder of(
            KeyPair keys, BigInteger serial, X500Principal subject, Instant now, Duration life) {
        return new X509CertificateBuilder()
                .setSerialNumber(serial)
                .setSubjectDn(subject)
                .setPublicKey(keys.getPublic())
                .setNotValidBefore(now.minus(BACKDATED).atZone(ZoneOffset.UTC))
                .setNotValidAfter(now.plus(life).atZone(ZoneOffset.UTC))
                .setSignatureAlgorithmName("SHA256withECDSA");
    }

    private static KeyAndCertificate built(X509CertificateBuilder builder, PrivateKey own) {
        try {
            return new KeyAndCertificate(Pem.certificate(builder.build()), Pem.key(own));
        } catch (CertificateException e) {
            throw new IllegalStateException("no certificate could be made", e);
        }
    }

    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
    }

    private KeyPair keys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no EC keys", e);
        }
    }
}
