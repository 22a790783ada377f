package io.channels4j.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Scope;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClientAddressTest {

    private static Optional<Object> key(String address, int port) {
        return ClientAddress.of(Scope.builder("websocket")
                .client(new InetSocketAddress(address, port))
                .build());
    }

    @Test
    void ignoresThePort() {
        assertThat(key("192.0.2.1", 1)).isEqualTo(key("192.0.2.1", 2));
    }

    @Test
    void addressesDiffer() {
        assertThat(key("192.0.2.1", 1)).isNotEqualTo(key("192.0.2.2", 1));
    }

    @Test
    void groupsAddressesOfOneIpv6Network() {
        assertThat(key("2001:db8:0:1::1", 1)).isEqualTo(key("2001:db8:0:1:ffff::2", 1));
    }

    @Test
    void ipv6NetworksDiffer() {
        assertThat(key("2001:db8:0:1::1", 1)).isNotEqualTo(key("2001:db8:0:2::1", 1));
    }

    @Test
    void usesTheNameOfAnUnresolvedHost() {
        InetSocketAddress address = InetSocketAddress.createUnresolved("client.example", 1);

        assertThat(ClientAddress.of(Scope.builder("websocket").client(address).build()))
                .contains("client.example");
    }

    @Test
    void usesOtherAddressesAsTheyAre() {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of("server.sock");

        assertThat(ClientAddress.of(Scope.builder("websocket").client(address).build()))
                .contains(address);
    }

    @Test
    void missingAddressHasNoKey() {
        assertThat(ClientAddress.of(Scope.builder("websocket").build())).isEmpty();
    }
}
