package io.channels4j.security;

import io.channels4j.Scope;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The key that identifies a client in rate limits. It is the client's address. For IPv6, it is the /64 network, which
 * usually belongs to one customer.
 */
final class ClientAddress {

    private ClientAddress() {}

    static Optional<Object> of(Scope scope) {
        return scope.client().map(address -> address instanceof InetSocketAddress internet ? key(internet) : address);
    }

    private static Object key(InetSocketAddress internet) {
        InetAddress address = internet.getAddress();
        if (address == null) {
            return internet.getHostString();
        }
        return address instanceof Inet6Address
                ? ByteBuffer.wrap(address.getAddress()).getLong()
                : address;
    }
}
