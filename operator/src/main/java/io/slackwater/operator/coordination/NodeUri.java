package io.slackwater.operator.coordination;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.resource.DnsResolvers;
import io.lettuce.core.resource.SocketAddressResolver;
import io.slackwater.client.NamedAddress;
import io.slackwater.ring.Node.Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The driver's URI of a node, with the address under the name that its certificate is checked against. */
final class NodeUri extends RedisURI {
    private static final long serialVersionUID = 1L;

    private final InetSocketAddress where;

    NodeUri(Address address, String tlsName) {
        this.where = NamedAddress.of(address, tlsName);
        setHost(tlsName.isEmpty() ? address.host() : tlsName);
        setPort(address.port());
        if (!tlsName.isEmpty()) {
            setSsl(true);
            setVerifyPeer(SslVerifyMode.FULL);
        }
    }

    /** For a driver that is given such URIs. */
    static SocketAddressResolver resolver() {
        return new SocketAddressResolver(DnsResolvers.UNRESOLVED) {
            @Override
            public SocketAddress resolve(RedisURI uri) {
                return uri instanceof NodeUri node ? node.where : super.resolve(uri);
            }
        };
    }
}
