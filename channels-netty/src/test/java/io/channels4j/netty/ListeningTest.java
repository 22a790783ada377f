package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Scope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListeningTest {

    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    @TempDir
    private Path files;

    private static NettyServerBuilder telling() {
        return NettyServer.builder(Apps.script(http -> {
                    Scope scope = http.scope();
                    String client = scope.client()
                            .map(address -> ((InetSocketAddress) address).getHostString())
                            .orElse("nobody");
                    http.respond(
                            200,
                            Headers.empty(),
                            client + " at " + scope.server().orElseThrow());
                }))
                .lifespan(false);
    }

    private static String ask(UnixDomainSocketAddress address, String... headers) throws Exception {
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
        try (NettyServer server = NettyServer.builder(Apps.echo())
                .lifespan(false)
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
    @ValueSource(booleans = {true, false})
    void listensOnAUnixDomainSocketAndRemovesItsFile(boolean nativeTransport) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("s"));
        try (NettyServer server =
                telling().listen(address).nativeTransport(nativeTransport).start()) {
            assertThat(server.localAddresses()).containsExactly(address);
            assertThat(ask(address)).isEqualTo("nobody at " + address);
            assertThatThrownBy(server::localAddress).hasMessageContaining("expected: an internet address");
        }
        assertThat(address.getPath()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void believesAProxyThatConnectsThroughAUnixDomainSocket(boolean nativeTransport) throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("s"));
        try (NettyServer server = telling()
                .listen(address)
                .nativeTransport(nativeTransport)
                .behindProxies(ForwardedHeader.X_FORWARDED, "unix")
                .start()) {
            assertThat(server.localAddresses()).containsExactly(address);
            assertThat(ask(address, "X-Forwarded-For: 1.1.1.1, 203.0.113.7")).isEqualTo("203.0.113.7 at " + address);
        }
    }

    @Test
    void saysThatAUnixDomainSocketIsTaken() throws Exception {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(files.resolve("s"));
        try (NettyServer first = telling().listen(address).start()) {
            assertThatThrownBy(() -> telling().listen(ANY_PORT, address).start())
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageContaining(address + " is taken or not allowed (expected: a path where no file is)");
            assertThat(first.localAddresses()).containsExactly(address);
            assertThat(ask(address)).isEqualTo("nobody at " + address);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sharesAPortWhenToldSo(boolean nativeTransport) {
        NettyServerBuilder builder = NettyServer.builder(Apps.echo())
                .lifespan(false)
                .nativeTransport(nativeTransport)
                .reusePort(true);
        try (NettyServer first = builder.port(0).start();
                NettyServer second =
                        builder.port(first.localAddress().getPort()).start()) {
            assertThat(second.localAddress()).isEqualTo(first.localAddress());
        }
    }

    @Test
    void servesWithoutEpoll() {
        try (NettyServer server = NettyServer.builder(Apps.echo())
                        .lifespan(false)
                        .port(0)
                        .nativeTransport(false)
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            assertThat(client.text("nio").frame().text()).isEqualTo("nio");
        }
    }
}
