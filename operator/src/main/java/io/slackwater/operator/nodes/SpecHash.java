package io.slackwater.operator.nodes;

import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** A short text to compare what a user wrote by. The same for the same, whatever its order and the spelling of amounts. Not thread-safe. */
public final class SpecHash {
    /** 40 bits: what is compared are a handful of revisions of one object. */
    private static final int LENGTH = 10;

    private final StringBuilder text = new StringBuilder();

    /** Adds a value. With its lengths, so that no two specifications have the same text. */
    public SpecHash put(String name, String value) {
        text.append(name.length()).append(':').append(name);
        text.append(value.length()).append(':').append(value).append('\n');
        return this;
    }

    /** Adds values, in the order of their names. */
    public SpecHash putAll(String prefix, Map<String, String> values) {
        new TreeMap<>(values).forEach((name, value) -> put(prefix + name, value));
        return this;
    }

    /** Adds amounts, as the numbers that they stand for: 1, 1000m and 1.0 are the same. */
    public SpecHash putAmounts(String prefix, Map<String, Quantity> amounts) {
        new TreeMap<>(amounts).forEach((name, amount) -> put(prefix + name, plain(amount)));
        return this;
    }

    /** Ten hexadecimal digits. */
    @Override
    public String toString() {
        byte[] hash = sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash).substring(0, LENGTH);
    }

    private static String plain(Quantity amount) {
        try {
            return amount.getNumericalAmount().stripTrailingZeros().toPlainString();
        } catch (IllegalArgumentException e) { // the API server refuses such an amount when a pod is made of it
            return amount.toString();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
