package io.channels4j.netty.proxy;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;
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
 * The proxies that are believed, and what they say about clients. Read from the right: each one tells who connected to it, and
 * the first one that is not believed is the client. Immutable.
 */
public final class ProxyHeaders {

    /** Stands for all who connect through a Unix domain socket. */
    private static final String UNIX = "unix";

    private static final Pattern HOST = Pattern.compile("([\\w.-]+|\\[[0-9a-fA-F:.]+])(:\\d{1,5})?");

    private final List<AddressRange> trusted;
    private final boolean trustsUnix;
    private final Fields fields;

    /** Which headers they set. */
    public enum Fields {
        FORWARDED,
        X_FORWARDED,
        X_FORWARDED_WITH_HOST
    }

    /** Who connected to a proxy, and how, and whom it asked for; null for what it does not say. */
    private record Hop(
            @Nullable String client,
            @Nullable String scheme,
            @Nullable String host) {}

    /**
     * Creates it.
     *
     * @param fields which headers they set
     * @param cidrs their addresses
     * @throws IllegalArgumentException when one is malformed
     */
    public ProxyHeaders(Fields fields, List<String> cidrs) {
        this.fields = fields;
        this.trustsUnix = cidrs.contains(UNIX);
        this.trusted = cidrs.stream()
                .filter(cidr -> !cidr.equals(UNIX))
                .map(AddressRange::parse)
                .toList();
    }

    /** Corrects the client, the scheme and the host of a request that came from a proxy. */
    public void apply(@Nullable SocketAddress peer, Headers headers, boolean webSocket, ScopeBuilder scope) {
        InetSocketAddress client = peer instanceof InetSocketAddress internet ? internet : null;
        if (!trusts(client)) {
            return;
        }
        List<Hop> hops = fields == Fields.FORWARDED ? forwarded(headers) : forwardedFor(headers);
        String scheme = null;
        String host = null;
        for (int i = hops.size() - 1; i >= 0 && trusts(client); i--) {
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

    private boolean trusts(@Nullable InetSocketAddress peer) {
        if (peer == null) {
            return trustsUnix;
        }
        InetAddress address = peer.getAddress();
        for (AddressRange network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private List<Hop> forwardedFor(Headers headers) {
        List<String> clients = elements(headers, "x-forwarded-for");
        List<String> schemes = elements(headers, "x-forwarded-proto");
        List<String> hosts = fields == Fields.X_FORWARDED_WITH_HOST ? elements(headers, "x-forwarded-host") : List.of();
        int count = Math.max(hosts.size(), Math.max(clients.size(), schemes.size()));
        List<Hop> hops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            hops.add(
                    new Hop(fromRight(clients, count - i), fromRight(schemes, count - i), fromRight(hosts, count - i)));
        }
        return hops;
    }

    private static @Nullable String fromRight(List<String> values, int place) {
        return place > values.size() ? null : values.get(values.size() - place);
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

    /** Splits, but not within quotes. */
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

    /** Reads an address with or without a port, without asking anybody for a name; null for {@code unknown} and the like. */
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
