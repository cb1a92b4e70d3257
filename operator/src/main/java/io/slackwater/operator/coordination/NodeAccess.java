package io.slackwater.operator.coordination;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.slackwater.ring.Node.Address;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How this process logs in to the nodes of one cluster. A node that has a TLS name is spoken to with TLS, any other without.
 *
 * @param user name of the ACL user; empty for the default user
 * @param password asked for at every connect, so that a rotated one is picked up; null means that none is sent
 * @param tls whom to trust; null when no node has TLS
 */
public record NodeAccess(
        String user,
        Supplier<char @Nullable []> password,
        @Nullable SslOptions tls) {
    /** No password, no TLS. */
    public static final NodeAccess PLAIN = new NodeAccess("", () -> null, null);

    /** Whether it logs in with a password. */
    boolean authenticates() {
        return password.get() != null;
    }

    /** Where to connect to, and as whom. */
    RedisURI uri(Address address, String tlsName, Duration timeout) {
        NodeUri uri = new NodeUri(address, tlsName);
        uri.setTimeout(timeout);
        char[] now = password.get();
        if (now != null) {
            uri.setCredentialsProvider(
                    RedisCredentialsProvider.from(() -> RedisCredentials.just(user.isEmpty() ? null : user, now)));
        }
        return uri;
    }
}
