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
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Applies the headers in which trusted proxies describe their clients. They are read from the right: each proxy reports the peer that
 * connected to it, and the first address that is not a trusted proxy is the client. Immutable.
 */
public final class ProxyHeaders {

    private static final Pattern HOST = Pattern.compile("([\\w.-]+|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?");

    private final ProxySettings settings;

    /** The report of one proxy: its peer, and the scheme and host that were requested; values that it omits are null. */
    private record Hop(
            @Nullable String client,
            @Nullable String scheme,
            @Nullable String host) {}

    public ProxyHeaders(ProxySettings settings) {
        this.settings = settings;
    }

    /** Sets the client, the scheme and the host of a request that a trusted proxy forwarded. */
    public void apply(@Nullable SocketAddress peer, Headers headers, boolean webSocket, ScopeBuilder scope) {
        InetSocketAddress client = peer instanceof InetSocketAddress internet ? internet : null;
        if (!settings.trusts(client)) {
            return;
        }
        List<Hop> hops = settings.header() == ForwardedHeader.FORWARDED ? forwarded(headers) : forwardedFor(headers);
        String scheme = null;
        String host = null;
        for (int i = hops.size() - 1; i >= 0 && settings.trusts(client); i--) {
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
        if (scheme != null) {
            boolean encrypted = scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("wss");
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

    private List<Hop> forwardedFor(Headers headers) {
        List<String> clients = elements(headers, "x-forwarded-for");
        List<String> schemes = elements(headers, "x-forwarded-proto");
        List<String> hosts = settings.header() == ForwardedHeader.X_FORWARDED_WITH_HOST
                ? elements(headers, "x-forwarded-host")
                : List.of();
        int count = Math.max(hosts.size(), Math.max(clients.size(), schemes.size()));
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hops.add(
                    new Hop(fromRight(clients, count - i), fromRight(schemes, count - i), fromRight(hosts, count - i)));
        }
        return hops;
    }

    private static @Nullable String fromRight(List<String> values, int position) {
        return position > values.size() ? null : values.get(values.size() - position);
    }

    private static List<Hop> forwarded(Headers headers) {
        List<Hop> hops = new ArrayList<>();
        for (String element : elements(headers, "forwarded")) {
            String client = null;
            String scheme = null;
            String host = null;
            for (String pair : split(element, ';')) {
                int equals = pair.indexOf('=');
                String name =
                        equals < 0 ? "" : pair.substring(0, equals).strip().toLowerCase(Locale.ROOT);
                String value = pair.substring(equals + 1).strip().replace("\"", "");
                client = name.equals("for") ? value : client;
                scheme = name.equals("proto") ? value : scheme;
                host = name.equals("host") ? value : host;
            }
            hops.add(new Hop(client, scheme, host));
        }
        return hops;
    }

    private static List<String> elements(Headers headers, String name) {
        List<String> elements = new ArrayList<>();
        for (String value : headers.all(name)) {
            elements.addAll(split(value, ','));
        }
        return elements;
    }

    /** Splits at separators that are not within quotes. */
    private static List<String> split(String value, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            quoted ^= c == '"';
            if (c == separator && !quoted) {
                parts.add(value.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(value.substring(start).strip());
        return parts;
    }

    /** Parses an address with or without a port, without a DNS lookup; null for {@code unknown} and other names. */
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
