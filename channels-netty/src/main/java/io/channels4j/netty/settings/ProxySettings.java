package io.channels4j.netty.settings;

import static java.util.Objects.requireNonNull;

import io.channels4j.Headers;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The proxies in front of a server, and how the server presents itself through them. Immutable.
 *
 * <p>By default no proxy is trusted, there is no root path, and responses have no {@code server} header.
 */
public final class ProxySettings {

    /** The network of all peers that connect through a Unix domain socket. */
    private static final String UNIX = "unix";

    private static final ProxySettings DEFAULTS =
            new ProxySettings(ForwardedHeader.X_FORWARDED, List.of(), false, "", "");

    private final ForwardedHeader header;
    private final List<String> networks;
    private final List<AddressRange> ranges;
    private final boolean proxyProtocol;
    private final String rootPath;
    private final String serverHeader;

    private ProxySettings(
            ForwardedHeader header,
            List<String> networks,
            boolean proxyProtocol,
            String rootPath,
            String serverHeader) {
        this.header = requireNonNull(header, "header");
        this.networks = List.copyOf(networks);
        this.ranges = networks.stream()
                .filter(network -> !network.equals(UNIX))
                .map(AddressRange::parse)
                .toList();
        this.proxyProtocol = proxyProtocol;
        this.rootPath = rootPath;
        this.serverHeader = serverHeader;
    }

    /**
     * Returns the default settings.
     *
     * @return the settings
     */
    public static ProxySettings defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these settings with the given trusted proxies. Their header is read from right to left. The scope's client is the
     * first address outside the trusted networks. The scheme and the host are those that the client requested from the outermost
     * trusted proxy. Limits per address still apply to the address of the proxy.
     *
     * @param set the header that these proxies always set, even if a client has sent it. Other forwarding headers are ignored.
     * @param trusted the addresses of the proxies, in CIDR notation such as {@code 10.0.0.0/8}. {@code unix} means all peers that
     *     connect through a Unix domain socket.
     * @return the new settings
     * @throws IllegalArgumentException if no network is given, or one is malformed
     */
    public ProxySettings withTrusted(ForwardedHeader set, String... trusted) {
        if (trusted.length == 0) {
            throw new IllegalArgumentException(
                    "networks: none (expected: one or more, such as \"10.0.0.0/8\" or \"unix\")");
        }
        return new ProxySettings(set, List.of(trusted), proxyProtocol, rootPath, serverHeader);
    }

    /**
     * Returns these settings with or without the PROXY protocol (version 1 or 2). The protocol identifies a proxy's client in a
     * header at the start of each connection. Not required by default. If required, connections without that header are closed.
     * Use this only if clients cannot bypass the proxy.
     *
     * @param required whether each connection starts with the header
     * @return the new settings
     */
    public ProxySettings withProxyProtocol(boolean required) {
        return new ProxySettings(header, networks, required, rootPath, serverHeader);
    }

    /**
     * Returns these settings with a different root path. It is the path prefix under which the application is mounted.
     * Routes match the rest of the path. None by default.
     *
     * @param path the prefix, such as {@code /app}; empty for none
     * @return the new settings
     * @throws IllegalArgumentException if the path does not start with a slash
     */
    public ProxySettings withRootPath(String path) {
        if (!path.isEmpty() && !path.startsWith("/")) {
            throw new IllegalArgumentException("root path: \"%s\" (expected: a leading slash)".formatted(path));
        }
        return new ProxySettings(header, networks, proxyProtocol, path, serverHeader);
    }

    /**
     * Returns these settings with a different {@code server} header. The server adds it to responses in which the application
     * does not set one, except the response that opens a WebSocket. None by default.
     *
     * @param name the name of the server; empty for no header
     * @return the new settings
     * @throws IllegalArgumentException if the name contains a control character
     */
    public ProxySettings withServerHeader(String name) {
        String checked = Headers.of("server", name).first("server").orElse("");
        return new ProxySettings(header, networks, proxyProtocol, rootPath, checked);
    }

    /**
     * Returns the header that trusted proxies set.
     *
     * @return the header
     */
    public ForwardedHeader header() {
        return header;
    }

    /**
     * Returns the networks of the trusted proxies.
     *
     * @return the networks as they were given; empty if no proxy is trusted
     */
    public List<String> networks() {
        return networks;
    }

    /**
     * Returns whether a peer is a trusted proxy.
     *
     * @param peer the address of the peer; null for a Unix domain socket
     * @return true if the peer is in one of the trusted networks
     */
    public boolean trusts(@Nullable InetSocketAddress peer) {
        if (peer == null) {
            return networks.contains(UNIX);
        }
        for (AddressRange range : ranges) {
            if (range.contains(peer.getAddress())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns whether each connection starts with a PROXY protocol header.
     *
     * @return true if the header is required
     */
    public boolean proxyProtocol() {
        return proxyProtocol;
    }

    /**
     * Returns the path prefix under which the application is mounted.
     *
     * @return the prefix; empty for none
     */
    public String rootPath() {
        return rootPath;
    }

    /**
     * Returns the value of the {@code server} header.
     *
     * @return the value; empty for no header
     */
    public String serverHeader() {
        return serverHeader;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProxySettings that
                && header == that.header
                && networks.equals(that.networks)
                && proxyProtocol == that.proxyProtocol
                && rootPath.equals(that.rootPath)
                && serverHeader.equals(that.serverHeader);
    }

    @Override
    public int hashCode() {
        return Objects.hash(header, networks, proxyProtocol, rootPath, serverHeader);
    }

    @Override
    public String toString() {
        return "ProxySettings[header=%s, networks=%s, proxyProtocol=%s, rootPath=%s, serverHeader=%s]"
                .formatted(header, networks, proxyProtocol, rootPath, serverHeader);
    }
}
