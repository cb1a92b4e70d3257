package io.slackwater.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.slackwater.client.ClientSettings.Credentials;
import io.slackwater.ring.handover.ClusterNames;
import io.slackwater.ring.handover.NodeUsers;
import io.slackwater.testkit.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Certificates, users and passwords of a tier in tests. The password of each user is its name and {@code -password}. */
final class TierSecurity implements AutoCloseable {
    /** The name in the servers' certificates. */
    static final String NODES = "nodes.test";

    final Path folder;
    final Path ca;
    private final Path users;
    private volatile String memberPassword = password(NodeUsers.MEMBER);

    TierSecurity(String cluster) throws Exception {
        folder = Files.createTempDirectory("slackwater-security-");
        ca = folder.resolve("ca.crt");
        users = folder.resolve("users.acl");
        renewCertificates();
        NodeUsers nodeUsers = new NodeUsers(new ClusterNames(cluster));
        Files.writeString(
                users,
                nodeUsers.file(Map.of(
                        NodeUsers.OPERATOR, hashes(NodeUsers.OPERATOR),
                        NodeUsers.MEMBER, hashes(NodeUsers.MEMBER),
                        NodeUsers.HOOK, hashes(NodeUsers.HOOK))));
    }

    /** Writes the files of another authority over those that are there. */
    void renewCertificates() throws Exception {
        X509Bundle authority = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        Files.writeString(ca, authority.getCertificatePEM());
        X509Bundle server =
                new CertificateBuilder().subject("CN=node").addSanDnsName(NODES).buildIssuedBy(authority);
        Files.writeString(folder.resolve("tls.crt"), server.getCertificatePEM());
        Files.writeString(folder.resolve("tls.key"), server.getPrivateKeyPEM());
    }

    private static List<String> hashes(String user) {
        return List.of(hash(password(user)));
    }

    static String password(String user) {
        return user + "-password";
    }

    static String hash(String password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    RedisProcess server() {
        return RedisProcess.startTls(folder, "--aclfile", users.toString());
    }

    RedisURI uri(RedisProcess server, String user) {
        return RedisURI.builder()
                .withHost(server.host())
                .withPort(server.port())
                .withSsl(true)
                .withVerifyPeer(SslVerifyMode.NONE)
                .withAuthentication(user, password(user))
                .build();
    }

    /** What members know from now on. */
    void memberPassword(String password) {
        memberPassword = password;
    }

    ClientSettingsBuilder member(ClientSettingsBuilder settings) {
        return settings.tls(ca).seedTlsName(NODES).credentials(() -> new Credentials(NodeUsers.MEMBER, memberPassword));
    }

    @Override
    public void close() {
        try {
            for (String file : List.of("ca.crt", "tls.crt", "tls.key", "users.acl")) {
                Files.deleteIfExists(folder.resolve(file));
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
