package io.channels4j.netty;

import io.channels4j.ChannelsException;
import io.netty.handler.ssl.SslContext;
import org.jspecify.annotations.Nullable;

/** The TLS context for a server's new connections, and the certificate from which it can be reloaded. Thread-safe. */
final class ReloadableTls {

    private final @Nullable ServerCertificate certificate;
    private final boolean http2;
    private volatile @Nullable SslContext current;

    private ReloadableTls(@Nullable ServerCertificate certificate, boolean http2, @Nullable SslContext current) {
        this.certificate = certificate;
        this.http2 = http2;
        this.current = current;
    }

    /**
     * Returns a holder for a context that cannot be reloaded. The context is null if connections are not encrypted.
     */
    static ReloadableTls of(@Nullable SslContext context) {
        return new ReloadableTls(null, false, context);
    }

    /**
     * Reads a certificate.
     *
     * @throws ChannelsException if the certificate cannot be read
     */
    static ReloadableTls load(ServerCertificate certificate, boolean http2) {
        return new ReloadableTls(certificate, http2, certificate.load(http2));
    }

    /** Returns the context for a new connection, or null if connections are not encrypted. */
    @Nullable
    SslContext current() {
        return current;
    }

    /**
     * Reloads the certificate.
     *
     * @throws ChannelsException if the certificate was not loaded from files or cannot be read. The current certificate
     *     then stays in use.
     */
    void reload() {
        if (certificate == null) {
            throw new ChannelsException(
                    "reload: the certificate does not come from files (expected: a server certificate)");
        }
        current = certificate.load(http2);
    }
}
