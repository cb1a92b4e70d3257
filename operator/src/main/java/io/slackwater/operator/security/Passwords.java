package io.slackwater.operator.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.slackwater.ring.handover.NodeUsers;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** One password for each of {@link NodeUsers}. */
public record Passwords(String operator, String member, String hook) {
    private static final int BYTES = 32;

    /** New ones of 256 bits each. */
    public static Passwords random(SecureRandom random) {
        return new Passwords(one(random), one(random), one(random));
    }

    private static String one(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** The same with this one for members. */
    public Passwords withMember(String password) {
        return new Passwords(operator, password, hook);
    }

    /** The password of the user. */
    String of(String user) {
        return switch (user) {
            case NodeUsers.OPERATOR -> operator;
            case NodeUsers.MEMBER -> member;
            case NodeUsers.HOOK -> hook;
            default -> throw new IllegalArgumentException("\"" + user + "\" is no user of a node");
        };
    }

    /** SHA-256 in hexadecimal digits, as a server's access control list has it. */
    static String hash(String password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "Passwords[not shown]";
    }
}
