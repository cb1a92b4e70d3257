package io.slackwater.operator.security;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A certificate, with those of the authorities in between if there are any, and its private key; both in PEM.
 *
 * @param certificatePem the certificate itself first
 */
public record KeyAndCertificate(String certificatePem, String keyPem) {
    private static final int DNS_NAME = 2;

    X509Certificate certificate() {
        return Pem.certificates(certificatePem).getFirst();
    }

    PrivateKey key() {
        return Pem.key(keyPem);
    }

    /** SHA-256 of the certificate in hexadecimal digits. */
    public String fingerprint() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(certificate().getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether a certificate of nodes is to be made anew: a third of its life is left, or names or authority have changed. */
    boolean due(KeyAndCertificate authority, List<String> wanted, Instant now) {
        X509Certificate own = certificate();
        try {
            own.verify(authority.certificate().getPublicKey());
        } catch (GeneralSecurityException e) {
            return true;
        }
        return ends(own, 3, now) || !names().containsAll(wanted);
    }

    /** Whether no more than one part of so many of its life is left. */
    boolean ends(int parts, Instant now) {
        return ends(certificate(), parts, now);
    }

    private static boolean ends(X509Certificate own, int parts, Instant now) {
        Instant until = own.getNotAfter().toInstant();
        Duration life = Duration.between(own.getNotBefore().toInstant(), until);
        return !now.isBefore(until.minus(life.dividedBy(parts)));
    }

    /** Why it cannot be a certificate of the nodes, what a person is to do included; empty when it can. */
    public Optional<String> refusal(String name, Instant now) {
        X509Certificate own;
        PrivateKey key;
        try {
            own = certificate();
        } catch (IllegalArgumentException e) {
            return Optional.of("tls.crt " + e.getMessage());
        }
        try {
            key = key();
        } catch (IllegalArgumentException e) {
            return Optional.of("tls.key " + e.getMessage());
        }
        if (!now.isBefore(own.getNotAfter().toInstant())) {
            return Optional.of("the certificate in tls.crt has expired at "
                    + own.getNotAfter().toInstant() + ": renew it");
        }
        if (!belongTogether(own, key)) {
            return Optional.of("tls.key is not the key of the certificate in tls.crt");
        }
        if (names().stream().noneMatch(pattern -> matches(pattern, name))) {
            return Optional.of("the certificate in tls.crt is for " + names() + ": it must have the DNS name " + name);
        }
        return Optional.empty();
    }

    private List<String> names() {
        try {
            Collection<List<?>> all = certificate().getSubjectAlternativeNames();
            return all == null
                    ? List.of()
                    : all.stream()
                            .filter(entry -> entry.getFirst().equals(DNS_NAME))
                            .map(entry -> String.valueOf(entry.get(1)).toLowerCase(Locale.ROOT))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static boolean matches(String pattern, String name) {
        int dot = name.indexOf('.');
        return pattern.equals(name) || dot > 0 && pattern.equals("*" + name.substring(dot));
    }

    private static boolean belongTogether(X509Certificate own, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
        };
        byte[] sample = {1, 2, 3};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(sample);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(own.getPublicKey());
            verifier.update(sample);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "KeyAndCertificate[not shown]";
    }
}
