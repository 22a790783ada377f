package io.channels4j.netty.http;

import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.netty.proxy.ProxyHeaders;
import io.channels4j.netty.proxy.ProxyProtocolDecoder;
import io.netty.channel.Channel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Adds the properties of a connection to the scopes of its requests. They include addresses, encryption, and the
 * headers of trusted proxies.
 */
final class ConnectionFacts {

    private ConnectionFacts() {}

    /**
     * Adds these properties to a request's scope. {@code socket} is the channel of the connection, not of a stream.
     */
    static void addTo(ScopeBuilder scope, Channel socket, RequestHead head, ProxyHeaders proxies) {
        addAddresses(scope, socket);
        tls(socket)
                .ifPresent(
                        tls -> scope.scheme(head.webSocket() ? "wss" : "https").tls(tls));
        proxies.apply(ProxyProtocolDecoder.client(socket), head.headers(), head.webSocket(), scope);
    }

    private static Optional<Scope.Tls> tls(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            return Optional.empty();
        }
        SSLSession session = tls.engine().getSession();
        return Optional.of(new Scope.Tls(session.getProtocol(), session.getCipherSuite(), clientCertificates(session)));
    }

    private static List<X509Certificate> clientCertificates(SSLSession session) {
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                if (certificate instanceof X509Certificate x509) {
                    chain.add(x509);
                }
            }
        } catch (SSLPeerUnverifiedException noCertificates) {
            // the chain is empty
        }
        return chain;
    }

    /** Adds the addresses. A client that connects through a Unix domain socket has no address. */
    private static void addAddresses(ScopeBuilder scope, Channel channel) {
        if (ProxyProtocolDecoder.client(channel) instanceof InetSocketAddress client) {
            scope.client(client);
        }
        SocketAddress local = channel.localAddress();
        scope.server(local instanceof DomainSocketAddress unix ? UnixDomainSocketAddress.of(unix.path()) : local);
    }
}
