package io.channels4j.netty.micrometer;

import io.channels4j.Scope;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A listener that records a server's metrics with Micrometer. Requires {@code io.micrometer:micrometer-core}.
 *
 * {@snippet :
 * NettyServer.builder(application).listeners(MicrometerServerListener.of(registry)).start();
 * }
 *
 * <table>
 * <caption>Meters</caption>
 * <tr><th>name</th><th>kind</th><th>tags</th><th>description</th></tr>
 * <tr><td>{@code channels.connections.active}</td><td>gauge</td><td>protocol</td><td>open WebSockets and requests</td></tr>
 * <tr><td>{@code channels.connections}</td><td>timer</td><td>protocol, route, status</td><td>ended WebSockets and
 *     requests, with their duration</td></tr>
 * <tr><td>{@code channels.connections.accepted}</td><td>counter</td><td>protocol, route</td><td>accepted WebSockets</td></tr>
 * <tr><td>{@code channels.connections.refused}</td><td>counter</td><td>reason</td><td>connections and requests that the
 *     server itself rejected</td></tr>
 * <tr><td>{@code channels.received}, {@code channels.sent}</td><td>summary of bytes</td><td>protocol, route</td><td>messages and parts
 *     of bodies</td></tr>
 * <tr><td>{@code channels.dropped}</td><td>summary of bytes</td><td>protocol, route, reason</td><td>messages that were dropped
 *     because their peers read too slowly</td></tr>
 * <tr><td>{@code channels.queued}</td><td>gauge of bytes</td><td>protocol</td><td>bytes that wait for peers to read</td></tr>
 * <tr><td>{@code channels.callbacks}</td><td>timer</td><td>protocol, route</td><td>consumer callbacks, until their stages are
 *     complete</td></tr>
 * </table>
 *
 * <p><b>Tags are bounded.</b> {@code route} is the pattern of the route, never a path. It is {@code /} for the empty
 * pattern and {@code unmatched} without a route. It is {@code other} for routes beyond the maximum. {@code status} is
 * the close code or the status of the response, {@code none} if there is neither. Close codes that peers may choose freely are
 * combined, such as {@code 3xxx} and {@code 4xxx}.
 *
 * <p><b>Threads.</b> Thread-safe. One listener may be added to several servers. Their metrics are then combined.
 */
@SuppressWarnings("exports") // Micrometer is optional: only users of this class need its module
public final class MicrometerServerListener implements ServerListener {

    /** The default maximum number of routes with their own tag: {@value}. */
    public static final int DEFAULT_MAX_ROUTES = 200;

    private static final String UNMATCHED = "unmatched";
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final int maxRoutes;
    private final Map<String, ProtocolMeters> byProtocol = new ConcurrentHashMap<>();
    private final Map<RouteMeters.Key, RouteMeters> byRoute = new ConcurrentHashMap<>();

    /** The routes that have their own tag. Guarded by this. */
    private final Set<RouteMeters.Key> routes = new HashSet<>();

    private MicrometerServerListener(MeterRegistry registry, int maxRoutes) {
        this.registry = registry;
        this.maxRoutes = maxRoutes;
    }

    /**
     * Returns a listener that distinguishes at most {@value #DEFAULT_MAX_ROUTES} routes.
     *
     * @param registry the registry for the meters
     * @return the listener, for {@link io.channels4j.netty.NettyServerBuilder#listeners}
     */
    public static MicrometerServerListener of(MeterRegistry registry) {
        return of(registry, DEFAULT_MAX_ROUTES);
    }

    /**
     * Returns a listener.
     *
     * @param registry the registry for the meters
     * @param maxRoutes the maximum number of routes with their own tag. It limits the tags of applications that create
     *     routes at run time. A route counts once per protocol.
     * @return the listener, for {@link io.channels4j.netty.NettyServerBuilder#listeners}
     */
    public static MicrometerServerListener of(MeterRegistry registry, int maxRoutes) {
        if (maxRoutes < 1) {
            throw new IllegalArgumentException("max routes: %d (expected: 1 or more)".formatted(maxRoutes));
        }
        return new MicrometerServerListener(registry, maxRoutes);
    }

    @Override
    public void opened(Scope scope) {
        protocol(scope).active(1);
    }

    @Override
    public void accepted(Scope scope) {
        route(scope).accepted();
    }

    @Override
    public void closed(Scope scope, ConnectionSummary summary) {
        protocol(scope).active(-1);
        route(scope).closed(summary.status(), summary.duration());
    }

    @Override
    public void refused(String reason) {
        Counter.builder("channels.connections.refused")
                .description("Connections and requests that the server rejected")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    @Override
    public void received(Scope scope, int bytes) {
        route(scope).received(bytes);
    }

    @Override
    public void sent(Scope scope, int bytes) {
        route(scope).sent(bytes);
    }

    @Override
    public void dropped(Scope scope, String reason, int bytes) {
        route(scope).dropped(reason, bytes);
    }

    @Override
    public void queued(Scope scope, long change) {
        protocol(scope).queued(change);
    }

    @Override
    public void handled(Scope scope, Duration time) {
        route(scope).handled(time);
    }

    private ProtocolMeters protocol(Scope scope) {
        ProtocolMeters known = byProtocol.get(scope.type());
        if (known != null) {
            return known;
        }
        ProtocolMeters made = new ProtocolMeters();
        ProtocolMeters before = byProtocol.putIfAbsent(scope.type(), made);
        if (before != null) {
            return before;
        }
        made.register(registry, scope.type());
        return made;
    }

    private RouteMeters route(Scope scope) {
        RouteMeters.Key key = new RouteMeters.Key(scope.type(), name(scope));
        RouteMeters known = byRoute.get(key);
        return known == null ? add(bounded(key)) : known;
    }

    /**
     * Adds a route without a lock, because the registry may call application code. The registry returns the same meters if they
     * exist.
     */
    private RouteMeters add(RouteMeters.Key key) {
        RouteMeters known = byRoute.get(key);
        if (known != null) {
            return known;
        }
        RouteMeters made = new RouteMeters(registry, key);
        RouteMeters before = byRoute.putIfAbsent(key, made);
        return before == null ? made : before;
    }

    /** Returns the key itself, or the shared key for other routes if there are too many routes. */
    synchronized RouteMeters.Key bounded(RouteMeters.Key key) {
        if (routes.contains(key)) {
            return key;
        }
        if (routes.size() >= maxRoutes && !key.route().equals(UNMATCHED)) {
            return new RouteMeters.Key(key.protocol(), OTHER);
        }
        routes.add(key);
        return key;
    }

    private static String name(Scope scope) {
        return scope.get(Scope.URL_ROUTE)
                .map(found -> found.route().isEmpty() ? "/" : found.route())
                .orElse(UNMATCHED);
    }
}
