package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {

    private static final char[] PASSWORD = "password".toCharArray();

    private static X509Bundle authority;

    @TempDir
    private Path files;

    private Path chain;
    private Path key;

    @BeforeAll
    static void createAuthority() throws Exception {
        authority = builder("CN=authority").setIsCertificateAuthority(true).buildSelfSigned();
    }

    private static CertificateBuilder builder(String subject) {
        return new CertificateBuilder().subject(subject).ecp256();
    }

    @BeforeEach
    void writeCertificate() throws Exception {
        chain = files.resolve("chain.pem");
        key = files.resolve("key.pem");
        issue("first");
    }

    private X509Bundle issue(String name) throws Exception {
        X509Bundle issued = builder("CN=" + name)
                .addSanDnsName("localhost")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(authority);
        Files.writeString(chain, issued.getCertificatePathPEM());
        Files.writeString(key, issued.getPrivateKeyPEM());
        return issued;
    }

    private static SSLContext client(KeyManager... keys) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.getCertificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), new SecureRandom());
        return context;
    }

    private static String get(NettyServer server, SSLContext context) throws Exception {
        return HttpClient.newBuilder()
                .sslContext(context)
                .build()
                .send(HttpRequest.newBuilder(server.url()).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Responds with the scheme and the TLS properties of the scope. */
    private NettyServerBuilder reportingTls() {
        return ServersWithoutLifespan.builder(Apps.script(http -> {
                    Scope.Tls tls = http.scope().tls().orElseThrow();
                    String clients = tls.clientCertificates().stream()
                            .map(certificate ->
                                    certificate.getSubjectX500Principal().getName())
                            .toList()
                            .toString();
                    http.respond(200, Headers.empty(), http.scope().scheme() + " " + tls.version() + " " + clients);
                }))
                .port(0);
    }

    @Test
    void servesHttpsFromPemFiles() throws Exception {
        try (NettyServer server =
                reportingTls().tls(ServerCertificate.pem(chain, key)).start()) {
            assertThat(server.url()).hasScheme("https");
            assertThat(get(server, client())).isEqualTo("https TLSv1.3 []");
        }
    }

    @Test
    void servesHttpsFromKeyStore() throws Exception {
        Path store = files.resolve("server.p12");
        write(store, issue("stored"));
        try (NettyServer server =
                reportingTls().tls(ServerCertificate.keyStore(store, PASSWORD)).start()) {
            assertThat(get(server, client())).isEqualTo("https TLSv1.3 []");
        }
    }

    private static void write(Path store, X509Bundle bundle) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("key", bundle.getKeyPair().getPrivate(), PASSWORD, bundle.getCertificatePath());
        try (OutputStream out = Files.newOutputStream(store)) {
            keys.store(out, PASSWORD);
        }
    }

    @Test
    void servesHttpsWithNettySslContext() throws Exception {
        try (NettyServer server = reportingTls()
                .tls(SslContextBuilder.forServer(chain.toFile(), key.toFile()).build())
                .start()) {
            assertThat(get(server, client())).isEqualTo("https TLSv1.3 []");
            assertThatThrownBy(server::reloadCertificate).hasMessageContaining("does not come from files");
        }
    }

    @Test
    void servesTls12() throws Exception {
        try (NettyServer server =
                        reportingTls().tls(ServerCertificate.pem(chain, key)).start();
                SSLSocket socket = connect(server, client())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    @Test
    @DisplayName("RFC 5746: a handshake that a client starts on an open connection is refused")
    void refusesRenegotiation() throws Exception {
        byte[] get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        try (NettyServer server =
                        reportingTls().tls(ServerCertificate.pem(chain, key)).start();
                SSLSocket socket = connect(server, client())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            socket.getOutputStream().write(get);
            assertThat(socket.getInputStream().read()).isEqualTo('H');

            assertThat(closesAfterAnotherHandshake(socket)).isTrue();
        }
    }

    private static boolean closesAfterAnotherHandshake(SSLSocket socket) {
        try {
            socket.startHandshake();
            for (int i = 0; i < 1_000; i++) {
                socket.getOutputStream().write('\n');
                if (socket.getInputStream().read() < 0) {
                    return true;
                }
            }
            return false;
        } catch (SocketTimeoutException open) {
            return false;
        } catch (IOException closed) {
            return true;
        }
    }

    private static SSLSocket connect(NettyServer server, SSLContext context) throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(
                        server.localAddress().getAddress(),
                        server.localAddress().getPort());
        socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
        return socket;
    }

    @Test
    void echoesOverEncryptedWebSocket() throws Exception {
        CompletableFuture<String> scheme = new CompletableFuture<>();
        CompletableFuture<String> echoed = new CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder((scope, receiver, sender) -> {
                    scheme.complete(scope.scheme());
                    return Apps.echo().handle(scope, receiver, sender);
                })
                .port(0)
                .tls(ServerCertificate.pem(chain, key))
                .start()) {
            WebSocket socket = HttpClient.newBuilder()
                    .sslContext(client())
                    .build()
                    .newWebSocketBuilder()
                    .buildAsync(java.net.URI.create(server.url().toString().replace("https", "wss")), listener(echoed))
                    .get(10, TimeUnit.SECONDS);
            socket.sendText("secret", true);

            assertThat(echoed.get(10, TimeUnit.SECONDS)).isEqualTo("secret");
            assertThat(scheme).isCompletedWithValue("wss");
            socket.abort();
        }
    }

    private static WebSocket.Listener listener(CompletableFuture<String> text) {
        return new WebSocket.Listener() {
            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
                text.complete(data.toString());
                return null;
            }
        };
    }

    @Test
    void usesReloadedCertificateForNewConnectionsOnly() throws Exception {
        try (NettyServer server =
                        reportingTls().tls(ServerCertificate.pem(chain, key)).start();
                SSLSocket before = connect(server, client())) {
            assertThat(subject(before)).isEqualTo("CN=first");
            issue("renewed");
            server.reloadCertificate();
            try (SSLSocket after = connect(server, client())) {
                assertThat(subject(after)).isEqualTo("CN=renewed");
            }

            before.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(before.getInputStream().readNBytes(15), US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    private static String subject(SSLSocket socket) throws Exception {
        socket.startHandshake();
        return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                .getSubjectX500Principal()
                .getName();
    }

    @Test
    void keepsCertificateIfReloadFails() throws Exception {
        try (NettyServer server =
                reportingTls().tls(ServerCertificate.pem(chain, key)).start()) {
            Files.writeString(chain, "nonsense");

            assertThatThrownBy(server::reloadCertificate)
                    .isInstanceOf(ChannelsException.class)
                    .hasMessage(
                            "certificate: \"%s\" and \"%s\" (expected: readable files with a certificate and its key)"
                                    .formatted(chain, key));
            assertThat(get(server, client())).isEqualTo("https TLSv1.3 []");
        }
    }

    @Test
    void addsClientCertificateToScope() throws Exception {
        try (NettyServer server = reportingTls()
                .tls(ServerCertificate.pem(chain, key).requiringClients(authorityFile()))
                .start()) {
            assertThat(get(server, client(keys("ada")))).isEqualTo("https TLSv1.3 [CN=ada]");
        }
    }

    @Test
    void servesClientsWithoutCertificateIfItIsOptional() throws Exception {
        try (NettyServer server = reportingTls()
                .tls(ServerCertificate.pem(chain, key).askingClients(authorityFile()))
                .start()) {
            assertThat(get(server, client())).isEqualTo("https TLSv1.3 []");
            assertThat(get(server, client(keys("ada")))).isEqualTo("https TLSv1.3 [CN=ada]");
        }
    }

    @Test
    void rejectsClientsWithoutRequiredCertificate() throws Exception {
        try (NettyServer server = reportingTls()
                .tls(ServerCertificate.pem(chain, key).requiringClients(authorityFile()))
                .start()) {
            assertThatThrownBy(() -> get(server, client())).isInstanceOf(java.io.IOException.class);
        }
    }

    private Path authorityFile() throws Exception {
        Path file = files.resolve("authority.pem");
        Files.writeString(file, authority.getCertificatePEM());
        return file;
    }

    private static KeyManager[] keys(String name) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        X509Bundle issued = builder("CN=" + name).buildIssuedBy(authority);
        store.setKeyEntry("key", issued.getKeyPair().getPrivate(), PASSWORD, issued.getCertificatePath());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD);
        return factory.getKeyManagers();
    }

    @Test
    void closesConnectionWithoutTls() throws Exception {
        try (NettyServer server =
                        reportingTls().tls(ServerCertificate.pem(chain, key)).start();
                Socket socket = new Socket(
                        server.localAddress().getAddress(),
                        server.localAddress().getPort())) {
            socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII));

            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .doesNotContain("HTTP");
        }
    }

    @Test
    void reportsUnreadableFiles() {
        NettyServerBuilder builder = reportingTls().tls(ServerCertificate.pem(files.resolve("none.pem"), key));

        assertThatThrownBy(builder::start)
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("none.pem")
                .hasMessageContaining("expected: readable files");
    }
}
