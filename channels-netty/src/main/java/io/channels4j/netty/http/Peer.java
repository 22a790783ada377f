package io.channels4j.netty.http;

import io.channels4j.Headers;
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

/** What a connection tells about its peer, whatever the peer says: addresses, encryption, and the word of a trusted proxy. */
public final class Peer {

    private Peer() {}

    /** Fills it in; {@code socket} is the connection's channel and not that of a stream. */
    public static void describe(
            Channel socket, Headers headers, boolean webSocket, ProxyHeaders proxies, ScopeBuilder scope) {
        addresses(socket, scope);
        tls(socket).ifPresent(tls -> scope.scheme(webSocket ? "wss" : "https").tls(tls));
        proxies.apply(ProxyProtocolDecoder.client(socket), headers, webSocket, scope);
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
        } catch (SSLPeerUnverifiedException noneGiven) {
            // stays empty
        }
        return chain;
    }

    /** The client of a Unix domain socket has no address. */
    private static void addresses(Channel channel, ScopeBuilder scope) {
        if (ProxyProtocolDecoder.client(channel) instanceof InetSocketAddress client) {
            scope.client(client);
        }
        SocketAddress local = channel.localAddress();
        scope.server(local instanceof DomainSocketAddress unix ? UnixDomainSocketAddress.of(unix.path()) : local);
    }
}
