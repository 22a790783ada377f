package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerTransport;
import io.channels4j.netty.settings.TransportSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ListeningTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    static List<ServerTransport> transports() {
        return Stream.of(ServerTransport.values())
                .filter(ServerTransport::isAvailable)
                .toList();
    }

    @TempDir
    private Path files;

    private static NettyServerBuilder reportingAddresses() {
        return ServersWithoutLifespan.builder(Apps.script(http -> {
            Scope scope = http.scope();
            String client = scope.client()
                    .map(address -> ((InetSocketAddress) address).getHostString())
                    .orElse("unnamed client");
            http.respond(200, Headers.empty(), client + " at " + scope.server().orElseThrow());
        }));
    }

    private static String get(UnixDomainSocketAddress address, String... headers) throws Exception {
        try (SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.connect(address);
            String request =
                    "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + String.join("\r\n", headers) + "\r\n";
            Channels.newOutputStream(socket).write((request + (headers.length == 0 ? "" : "\r\n")).getBytes(US_ASCII));
            String response = new String(Channels.newInputStream(socket).readAllBytes(), US_ASCII);
            return response.substring(response.indexOf("\r\n\r\n") + 4);
        }
    }

    @Test
    void listensOnSeveralAddresses() {
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                .listen(ANY_PORT, ANY_PORT)
                .start()) {
            assertThat(server.localAddresses()).hasSize(2).doesNotHaveDuplicates();
            assertThat(server.localAddresses()).allSatisfy(address -> {
                try (RawClient client = new RawClient((InetSocketAddress) address)) {
                    assertThat(client.handshake("/").status()).isEqualTo(101);
                    assertThat(client.text("x").frame().text()).isEqualTo("x");
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void listensOnUnixDomainSocketAndRemovesItsFile(ServerTransport transport) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("s"));
        try (NettyServer server = reportingAddresses()
                .listen(address)
                .transport(TransportSettings.of(transport))
                .start()) {
            assertThat(server.localAddresses()).containsExactly(address);
            assertThat(get(address)).isEqualTo("unnamed client at " + address);
            assertThatThrownBy(server::localAddress).hasMessageContaining("expected: an internet address");
        }
        assertThat(address.getPath()).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void trustsProxyThatConnectsThroughUnixDomainSocket(ServerTransport transport) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("s"));
        try (NettyServer server = reportingAddresses()
                .listen(address)
                .transport(TransportSettings.of(transport))
                .proxies(ProxySettings.defaults().withTrusted(ForwardedHeader.X_FORWARDED, "unix"))
                .start()) {
            assertThat(server.localAddresses()).containsExactly(address);
            assertThat(get(address, "X-Forwarded-For: 1.1.1.1, 203.0.113.7")).isEqualTo("203.0.113.7 at " + address);
        }
    }

    @Test
    void reportsUnixDomainSocketInUse() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("s"));
        try (NettyServer first = reportingAddresses().listen(address).start()) {
            assertThatThrownBy(
                            () -> reportingAddresses().listen(ANY_PORT, address).start())
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageContaining(address
                            + " is taken or not allowed (expected: a path without a listening server or another file)");
            assertThat(first.localAddresses()).containsExactly(address);
            assertThat(get(address)).isEqualTo("unnamed client at " + address);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void reportsUnknownHost(ServerTransport transport) {
        NettyServerBuilder builder =
                reportingAddresses().transport(TransportSettings.of(transport)).host("no-such-host.invalid");

        assertThatThrownBy(builder::start)
                .isInstanceOf(ChannelsException.class)
                .hasMessage("listen: host \"no-such-host.invalid\" is unknown"
                        + " (expected: a name or address of this machine)");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void reportsAddressOfAnotherMachine(ServerTransport transport) {
        NettyServerBuilder builder = reportingAddresses()
                .transport(TransportSettings.of(transport))
                .host("203.0.113.1")
                .port(0);

        assertThatThrownBy(builder::start)
                .isInstanceOf(ChannelsException.class)
                .hasMessageStartingWith("listen: 203.0.113.1 is not an address of this machine (expected: ");
    }

    @Test
    void rejectsListenWithoutAddress() {
        assertThatThrownBy(() -> reportingAddresses().listen())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("listen: no address (expected: one or more)");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void sharesPortIfConfigured(ServerTransport transport) {
        NettyServerBuilder builder = ServersWithoutLifespan.builder(Apps.echo())
                .transport(TransportSettings.of(transport).withReusePort(true));
        try (NettyServer first = builder.port(0).start();
                NettyServer second =
                        builder.port(first.localAddress().getPort()).start()) {
            assertThat(second.localAddress()).isEqualTo(first.localAddress());
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void servesWithEveryAvailableTransport(ServerTransport transport) {
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                        .port(0)
                        .transport(TransportSettings.of(transport))
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            String big = "x".repeat(500_000);

            assertThat(client.text("hello").frame().text()).isEqualTo("hello");
            assertThat(client.text(big).frame().text()).isEqualTo(big);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void prefersEpoll() {
        assertThat(TransportSettings.defaults().transport()).isEqualTo(ServerTransport.EPOLL);
        assertThat(ServerTransport.values()).endsWith(ServerTransport.NIO);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void rejectsUnavailableTransport() {
        NettyServerBuilder builder = ServersWithoutLifespan.builder(Apps.echo())
                .port(0)
                .transport(TransportSettings.of(ServerTransport.KQUEUE));

        assertThatThrownBy(builder::start)
                .isInstanceOf(ChannelsException.class)
                .hasMessage("transport: KQUEUE is not available"
                        + " (expected: its module on the class path, and a system that supports it)");
    }

    /** Creates a socket file on which no server listens. A killed server leaves such a file behind. */
    private void createStaleSocketFile(UnixDomainSocketAddress address) throws IOException {
        try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(address);
        }
        assertThat(address.getPath()).exists();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void replacesSocketFileWithoutListeningServer(ServerTransport transport) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("s"));
        createStaleSocketFile(address);

        try (NettyServer server = reportingAddresses()
                .listen(address)
                .transport(TransportSettings.of(transport))
                .start()) {
            assertThat(server.localAddresses()).containsExactly(address);
            assertThat(get(address)).isEqualTo("unnamed client at " + address);
        }
    }

    @Test
    void keepsFileThatIsNotASocket() throws Exception {
        Path precious = Files.writeString(files.resolve("precious"), "data");
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(precious);

        assertThatThrownBy(() -> reportingAddresses().listen(address).start())
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("is taken or not allowed");
        assertThat(precious).hasContent("data");
    }
}
