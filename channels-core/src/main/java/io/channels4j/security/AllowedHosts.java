package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.engine.NullChecks;
import io.channels4j.middleware.Refusal;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts HTTP requests and WebSockets only if they are addressed to one of the application's own hosts.
 *
 * <p>Without this check, a foreign page can make its host name resolve to the server's address. It then has the same
 * origin as the server (DNS rebinding). In addition, a forged Host header can appear in links that the application
 * builds.
 *
 * {@snippet class="io.channels4j.guards.HostSnippets" region="hosts"}
 *
 * <table>
 * <caption>The forms of a pattern, as in Django's {@code ALLOWED_HOSTS}; names are case-insensitive, ports are ignored</caption>
 * <tr><th>pattern</th><th>allows</th></tr>
 * <tr><td>{@code example.com}</td><td>this host</td></tr>
 * <tr><td>{@code .example.com}</td><td>this domain and its subdomains</td></tr>
 * <tr><td>{@code *}</td><td>every well-formed host; use it only if a proxy in front checks the name</td></tr>
 * </table>
 *
 * <p>Other requests are refused: HTTP requests with status 400, as in Django, and WebSockets with 403. Requests with a
 * missing, repeated or malformed Host header are also refused, unless {@link #create()} accepts any host. The first
 * refusal is logged as a warning, and later refusals at debug level. Scopes of other protocols are passed on unchanged.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class AllowedHosts implements Middleware {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.security");
    private static final Refusal BAD_REQUEST = Refusal.of(400, "Bad Request: this host is not allowed");
    private static final Refusal FORBIDDEN = Refusal.of(403, "Forbidden: this host is not allowed");

    /** The hosts that Django allows in development. */
    private static final List<HostPattern> LOOPBACK = Stream.of(".localhost", "127.0.0.1", "[::1]")
            .map(HostPattern::parse)
            .toList();

    /** Empty if the default rule of {@link #create} applies. */
    private final List<HostPattern> patterns;

    private final RefusalLog refusals = new RefusalLog();
    private final AtomicBoolean warnedOfDefault = new AtomicBoolean();

    private AllowedHosts(List<HostPattern> patterns) {
        this.patterns = patterns;
    }

    /**
     * Returns middleware for servers on a developer's machine. A request to a loopback address must name a loopback
     * host, which is {@code localhost}, {@code *.localhost}, {@code 127.0.0.1} or {@code [::1]}. Requests to other
     * addresses are accepted with any host. The first of them is logged as a warning. In production, and behind a proxy
     * on the same machine, use {@link #of}.
     *
     * @return the middleware
     */
    public static AllowedHosts create() {
        return new AllowedHosts(List.of());
    }

    /**
     * Returns middleware that accepts the given hosts.
     *
     * @param hosts the hosts, one or more
     * @return the middleware
     * @throws IllegalArgumentException if no host is given or a host has none of the listed forms
     */
    public static AllowedHosts of(String... hosts) {
        if (hosts.length == 0) {
            throw new IllegalArgumentException("allowed hosts: none (expected: one or more; create() has defaults)");
        }
        return new AllowedHosts(Stream.of(hosts).map(HostPattern::parse).toList());
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            boolean webSocket = scope.type().equals("websocket");
            if (!webSocket && !scope.type().equals("http") || allows(scope)) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            refusals.log(
                    scope,
                    () -> "refused because its host %s is not allowed"
                            .formatted(scope.headers().all("host")));
            return (webSocket ? FORBIDDEN : BAD_REQUEST).handle(scope, receiver, sender);
        };
    }

    private boolean allows(Scope scope) {
        List<String> headers = scope.headers().all("host");
        Optional<String> host = headers.size() == 1 ? HostPattern.hostOf(headers.get(0)) : Optional.empty();
        if (!patterns.isEmpty()) {
            return host.isPresent() && matches(patterns, host.get());
        }
        if (!isLoopback(scope)) {
            logDefault(scope);
            return true;
        }
        return host.isPresent() && matches(LOOPBACK, host.get());
    }

    private static boolean matches(List<HostPattern> patterns, String host) {
        return patterns.stream().anyMatch(pattern -> pattern.matches(host));
    }

    private static boolean isLoopback(Scope scope) {
        return scope.server()
                .filter(address -> address instanceof InetSocketAddress internet
                        && internet.getAddress() != null
                        && internet.getAddress().isLoopbackAddress())
                .isPresent();
    }

    private void logDefault(Scope scope) {
        if (warnedOfDefault.compareAndSet(false, true)) {
            LOG.warn(
                    "connection {}: every host is accepted on {} (expected: AllowedHosts.of(..) with your hosts)",
                    scope.connectionId(),
                    scope.server().map(Object::toString).orElse("an unknown address"));
        }
    }
}
