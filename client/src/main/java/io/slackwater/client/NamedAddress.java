package io.slackwater.client;

import io.slackwater.ring.Node.Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Where a server is, under the name that its certificate is checked against: the driver takes that name from the socket's address. */
public final class NamedAddress {
    private NamedAddress() {}

    /**
     * The address for the driver's resolver. An address without a name of its own is left to be looked up when it is connected to.
     *
     * @param tlsName empty to check against the address itself
     */
    public static InetSocketAddress of(Address address, String tlsName) {
        if (!tlsName.isEmpty() && !tlsName.equals(address.host())) {
            try {
                byte[] ip = InetAddress.getByName(address.host()).getAddress();
                return new InetSocketAddress(InetAddress.getByAddress(tlsName, ip), address.port());
            } catch (UnknownHostException e) {
                // Connecting will fail with the same, and say so.
                return InetSocketAddress.createUnresolved(address.host(), address.port());
            }
        }
        return InetSocketAddress.createUnresolved(address.host(), address.port());
    }
}
