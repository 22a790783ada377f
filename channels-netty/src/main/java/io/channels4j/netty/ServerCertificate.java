package io.channels4j.netty;

import io.channels4j.ChannelsException;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A server's certificate and key files, and whether its clients must present certificates. The server supports TLS 1.3 and 1.2.
 *
 * <p>Immutable. The files are read when a server starts and by {@link NettyServer#reloadCertificate()}.
 */
public final class ServerCertificate {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    private static final ApplicationProtocolConfig HTTP_2_OR_1 =
            offering(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1);
    private static final ApplicationProtocolConfig HTTP_1 = offering(ApplicationProtocolNames.HTTP_1_1);

    private final String name;
    private final Source source;
    private final ClientAuth clients;
    private final @Nullable Path trusted;

    /** Reads the certificate and the key from their files. */
    private interface Source {
        SslContextBuilder read() throws IOException, GeneralSecurityException;
    }

    private ServerCertificate(String name, Source source, ClientAuth clients, @Nullable Path trusted) {
        this.name = name;
        this.source = source;
        this.clients = clients;
        this.trusted = trusted;
    }

    private static ApplicationProtocolConfig offering(String... protocols) {
        return new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                protocols);
    }

    /**
     * Returns a certificate from PEM files.
     *
     * @param chain the certificate, followed by the rest of its chain
     * @param key the private key (PKCS#8), not encrypted
     * @return the certificate
     */
    public static ServerCertificate pem(Path chain, Path key) {
        return new ServerCertificate(
                "\"%s\" and \"%s\"".formatted(chain, key),
                () -> SslContextBuilder.forServer(chain.toFile(), key.toFile()),
                ClientAuth.NONE,
                null);
    }

    /**
     * Returns a certificate from a key store (PKCS#12) that contains one key.
     *
     * @param file the key store
     * @param password the password of the store and the key, which is copied
     * @return the certificate
     */
    public static ServerCertificate keyStore(Path file, char[] password) {
        char[] copy = password.clone();
        return new ServerCertificate("\"%s\"".formatted(file), () -> fromKeyStore(file, copy), ClientAuth.NONE, null);
    }

    private static SslContextBuilder fromKeyStore(Path file, char[] password)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        return SslContextBuilder.forServer(keys);
    }

    /**
     * Returns a copy that requests a certificate from clients, but also serves clients without one. {@link
     * io.channels4j.Scope#tls()} includes the client's certificate, if any.
     *
     * @param trustedPem a PEM file with the certificates of the authorities that are trusted to sign client certificates
     * @return the copy
     */
    public ServerCertificate askingClients(Path trustedPem) {
        return new ServerCertificate(name, source, ClientAuth.OPTIONAL, trustedPem);
    }

    /**
     * Returns a copy that serves only clients with a certificate. {@link io.channels4j.Scope#tls()} includes the client's
     * certificate.
     *
     * @param trustedPem a PEM file with the certificates of the authorities that are trusted to sign client certificates
     * @return the copy
     */
    public ServerCertificate requiringClients(Path trustedPem) {
        return new ServerCertificate(name, source, ClientAuth.REQUIRE, trustedPem);
    }

    /** Reads the files. */
    SslContext load(boolean http2) {
        try {
            SslContextBuilder context = source.read()
                    .protocols(PROTOCOLS)
                    .clientAuth(clients)
                    .applicationProtocolConfig(http2 ? HTTP_2_OR_1 : HTTP_1);
            if (trusted != null) {
                context.trustManager(trusted.toFile());
            }
            return context.build();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ChannelsException(
                    "certificate: %s (expected: readable files with a certificate and its key)".formatted(name), e);
        }
    }

    @Override
    public String toString() {
        return "ServerCertificate[" + name + "]";
    }
}
