package io.slackwater.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets in who knows one of a fixed list of tokens, given as {@code passcode}. Only digests are kept; the look-up by digest leaks no
 * timing that helps to guess a token.
 */
final class StaticTokens implements Authenticator {
    /** A shorter token is more likely a mistake in the file than a secret. */
    static final int SHORTEST = 8;

    private final Map<ByteBuffer, String> principals = new HashMap<>();

    /**
     * @param lines {@code principal:token}, or a token alone; blank lines and lines that start with # are skipped
     * @throws IllegalArgumentException if a line holds no usable token, or there is none at all; the message shows no token
     */
    StaticTokens(Collection<String> lines) {
        int number = 0;
        for (String line : lines) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) {
                continue;
            }
            int colon = text.indexOf(':');
            String token = text.substring(colon + 1);
            if (token.length() < SHORTEST) {
                throw new IllegalArgumentException("line " + number + " of the tokens has a token of " + token.length()
                        + " characters: write principal:token with at least " + SHORTEST);
            }
            principals.put(digest(token), colon < 0 ? "token-" + number : text.substring(0, colon));
        }
        if (principals.isEmpty()) {
            throw new IllegalArgumentException(
                    "the list of tokens is empty, so nobody could connect: write principal:token lines");
        }
    }

    @Override
    public CompletionStage<Decision> authenticate(Credentials credentials) {
        String passcode = credentials.passcode();
        if (passcode == null) {
            return CompletableFuture.completedStage(
                    new Decision.Refused("a token is needed: put it into the header 'passcode' of CONNECT"));
        }
        String principal = principals.get(digest(passcode));
        return CompletableFuture.completedStage(
                principal == null
                        ? new Decision.Refused("the token in 'passcode' is not known")
                        : new Decision.Accepted(principal));
    }

    private static ByteBuffer digest(String token) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
