package io.channels4j.netty.proxy;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.ProxySettings;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Applies the headers in which trusted proxies describe their clients. The headers are read from right to left. Each proxy
 * reports the peer that connected to it. The first address that does not belong to a trusted proxy is the client. Immutable.
 */
public final class ProxyHeaders {

    private static final Pattern HOST = Pattern.compile("([\\w.-]+|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?");

    private final ProxySettings settings;

    public ProxyHeaders(ProxySettings settings) {
        this.settings = settings;
    }

    /** Sets the client, the scheme and the host of a request that a trusted proxy forwarded. */
    public void apply(@Nullable SocketAddress peer, Headers headers, boolean webSocket, ScopeBuilder scope) {
        InetSocketAddress client = peer instanceof InetSocketAddress internet ? internet : null;
        if (!settings.trusts(client)) {
            return;
        }
        List<Hop> hops = settings.header() == ForwardedHeader.FORWARDED
                ? ForwardedReader.read(headers.all("forwarded"))
                : forwardedFor(headers);
        String scheme = null;
        String host = null;
        for (int i = 0; i < hops.size() && settings.trusts(client); i++) {
            Hop hop = hops.get(i);
            scheme = hop.scheme() == null ? scheme : hop.scheme();
            host = hop.host() == null ? host : hop.host();
            InetSocketAddress next = hop.client() == null ? null : address(hop.client());
            if (next == null) {
                break;
            }
            client = next;
        }
        if (client != null) {
            scope.client(client);
        }
        if (host != null && HOST.matcher(host).matches()) {
            scope.headers(withHost(headers, host));
        }
        boolean encrypted = "https".equalsIgnoreCase(scheme) || "wss".equalsIgnoreCase(scheme);
        if (encrypted || "http".equalsIgnoreCase(scheme) || "ws".equalsIgnoreCase(scheme)) {
            scope.scheme((webSocket ? "ws" : "http") + (encrypted ? "s" : ""));
        }
    }

    private static Headers withHost(Headers headers, String host) {
        Headers.Builder changed = Headers.builder().add("host", host);
        headers.forEach((name, value) -> {
            if (!name.equals("host")) {
                changed.add(name, value);
            }
        });
        return changed.build();
    }

    /** Returns the information from the {@code x-forwarded} headers, with the last proxy first. */
    private List<Hop> forwardedFor(Headers headers) {
        List<String> clients = elements(headers, "x-forwarded-for");
        List<String> schemes = elements(headers, "x-forwarded-proto");
        List<String> hosts = settings.header() == ForwardedHeader.X_FORWARDED_WITH_HOST
                ? elements(headers, "x-forwarded-host")
                : List.of();
        int count = Math.max(hosts.size(), Math.max(clients.size(), schemes.size()));
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hops.add(new Hop(fromRight(clients, i), fromRight(schemes, i), fromRight(hosts, i)));
        }
        return hops;
    }

    private static @Nullable String fromRight(List<String> values, int position) {
        return position < values.size() ? values.get(values.size() - 1 - position) : null;
    }

    /**
     * Returns the elements of a comma-separated list. Quotes have no meaning. Otherwise, a client could use a quote to hide a
     * comma that a proxy adds.
     */
    private static List<String> elements(Headers headers, String name) {
        List<String> elements = new ArrayList<>();
        for (String value : headers.all(name)) {
            for (String element : value.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    /** Parses an address with or without a port, without a DNS lookup. Returns null for {@code unknown} and other names. */
    private static @Nullable InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        boolean hasPort = bracketed ? text.contains("]:") : colon > 0 && text.indexOf(':') == colon;
        String host = hasPort ? text.substring(0, colon) : text;
        String literal = bracketed && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(literal);
        return address == null ? null : new InetSocketAddress(address, hasPort ? port(text.substring(colon + 1)) : 0);
    }

    private static int port(String digits) {
        int port = digits.matches("\\d{1,5}") ? Integer.parseInt(digits) : 0;
        return port > 65535 ? 0 : port;
    }
}
