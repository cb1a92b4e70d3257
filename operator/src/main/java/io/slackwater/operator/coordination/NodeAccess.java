package io.slackwater.operator.coordination;

import io.lettuce.core.SslOptions;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How this process logs in to the nodes of one cluster.
 *
 * @param user name of the ACL user; empty for the default user
 * @param password asked for at every connect, so that a rotated one is picked up; null means that none is sent
 * @param tls null for plain connections
 */
public record NodeAccess(
        String user,
        Supplier<char @Nullable []> password,
        @Nullable SslOptions tls) {
    /** No password, no TLS. */
    public static final NodeAccess PLAIN = new NodeAccess("", () -> null, null);
}
