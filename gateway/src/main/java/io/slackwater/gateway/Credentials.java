package io.slackwater.gateway;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client showed in CONNECT.
 *
 * @param login null when absent
 * @param passcode null when absent; a secret
 * @param headers all headers of CONNECT, these two included
 * @param remoteAddress of the TCP connection: a load balancer's, if there is one
 */
public record Credentials(
        @Nullable String login, @Nullable String passcode, Map<String, String> headers, String remoteAddress) {
    /** Shows no secret, so that it can be logged. */
    @Override
    public String toString() {
        return "Credentials[login=" + login + ", from=" + remoteAddress + "]";
    }
}
