package io.slackwater.client;

import io.lettuce.core.RedisCredentials;
import io.lettuce.core.RedisCredentialsProvider;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.slackwater.client.ClientSettings.Credentials;
import io.slackwater.ring.Node.Address;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

/** A server to connect to: the driver's URI, whose host is the TLS name, and the address, which may be another. */
final class ServerUri extends RedisURI {
    private static final long serialVersionUID = 1L;

    private final InetSocketAddress where;

    private ServerUri(Address address, String tlsName) {
        this.where = NamedAddress.of(address, tlsName);
        setHost(tlsName.isEmpty() ? address.host() : tlsName);
        setPort(address.port());
    }

    InetSocketAddress socketAddress() {
        return where;
    }

    /** Makes them as the settings say. */
    record Factory(ClientSettings settings) {
        /** @param tlsName empty to check the certificate against the address */
        RedisURI to(Address address, String tlsName) {
            ServerUri uri = new ServerUri(address, tlsName);
            uri.setTimeout(settings.connectTimeout());
            if (settings.tls() != null) {
                uri.setSsl(true);
                uri.setVerifyPeer(SslVerifyMode.FULL);
            }
            Supplier<Credentials> credentials = settings.credentials();
            if (credentials != null) {
                uri.setCredentialsProvider(RedisCredentialsProvider.from(() -> {
                    Credentials now = credentials.get();
                    return RedisCredentials.just(now.user().isEmpty() ? null : now.user(), now.password());
                }));
            }
            return uri;
        }
    }
}
