package io.slackwater.operator.prometheus;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a Prometheus is, and how to log in.
 *
 * @param address as in {@code https://prometheus.monitoring:9090}, with a path where it is behind one
 * @param authorization value of the HTTP header of that name; null for none
 * @param authorities certificates in PEM of those who may have signed the server's; null for those that Java trusts
 */
public record PrometheusAccess(
        URI address,
        @Nullable String authorization,
        @Nullable String authorities) {
    /**
     * From what a person wrote.
     *
     * @param address see the record
     * @param login entries of the Secret with the login: {@code token}, or {@code username} and {@code password}; null for no login
     * @param authorities entries of the Secret with the certificates: {@code ca.crt}; null for those that Java trusts
     * @throws IllegalArgumentException it cannot be used; the message is a sentence and shows nothing of a Secret
     */
    public static PrometheusAccess of(
            String address, @Nullable Map<String, String> login, @Nullable Map<String, String> authorities) {
        String certificates = authorities == null ? null : authorities.get("ca.crt");
        if (authorities != null && certificates == null) {
            throw new IllegalArgumentException("the Secret of caSecretRef has no entry ca.crt");
        }
        return new PrometheusAccess(uri(address), login == null ? null : authorization(login), certificates);
    }

    private static URI uri(String address) {
        try {
            URI uri = new URI(address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https"))
                    && uri.getHost() != null
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) { // said below
        }
        throw new IllegalArgumentException(
                "\"" + address
                        + "\" is not the address of a Prometheus: write one such as https://prometheus.monitoring:9090, the login in a Secret");
    }

    private static String authorization(Map<String, String> login) {
        String token = login.get("token");
        String user = login.get("username");
        String password = login.get("password");
        if (token != null && user == null && password == null) {
            return "Bearer " + header(token.strip());
        }
        if (token == null && user != null && password != null) {
            String pair = user.strip() + ":" + password.strip();
            return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
        }
        throw new IllegalArgumentException(
                "the Secret of secretRef needs either an entry token, or the entries username and password");
    }

    private static String header(String token) {
        if (token.isEmpty() || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "the token in the Secret of secretRef is empty or has characters that no header may have");
        }
        return token;
    }

    /** Without the login. */
    @Override
    public String toString() {
        return "PrometheusAccess[" + address + (authorization == null ? "" : ", with a login")
                + (authorities == null ? "" : ", with own certificates") + "]";
    }
}
