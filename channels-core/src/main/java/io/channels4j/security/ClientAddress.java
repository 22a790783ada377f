package io.channels4j.security;

import io.channels4j.Scope;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/** What stands for a client's address: the address, or the /64 network of an IPv6 address, all of which one customer has. */
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
