package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Middleware;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the application of a connection by its path: the first route that matches.
 *
 * {@snippet class="io.channels4j.routing.RoutingSnippetsTest" region="paths"}
 *
 * <p>Routers nest, also behind middleware: {@code path("api/", URLRouter.of(..).behind(..))}. When an inner router
 * has no route for the rest of a path, the outer one goes on with its next route, and the middleware in between is
 * not run. What was captured is in {@link Scope#urlRoute()}; middleware before an inner router sees what the outer
 * ones captured.
 *
 * <p>The path is {@link Scope#path()} without {@link Scope#rootPath()} and without one leading slash.
 *
 * <p><b>No route.</b> A path without a route, or outside the root path, is answered with status 404, a WebSocket
 * handshake too, and told in one debug line; it is not a failure (promise P7). For an answer of one's own, let the
 * last route be {@code rePath("", application)}.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 *
 * <p><b>Failure.</b> A scope of type {@code lifespan} or {@code channel}, which has no path, fails with {@link
 * ChannelsException}; so does one of another protocol that has no route. Exceptions of an application are its own: no
 * other route is tried.
 */
public final class URLRouter implements Application {

    private final List<Route> routes;

    private URLRouter(List<Route> routes) {
        this.routes = routes;
    }

    /**
     * Returns a router.
     *
     * @param routes the routes, in the order in which they are tried
     * @return the router
     */
    public static URLRouter of(Route... routes) {
        return new URLRouter(List.of(routes));
    }

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        if (scope.type().equals("lifespan") || scope.type().equals("channel")) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "url router: scope type \"%s\" has no path (expected: a ProtocolTypeRouter in front)"
                            .formatted(scope.type())));
        }
        Trail start = Trail.of(scope);
        Found found = start == null ? null : find(start);
        return found == null
                ? NoRoute.INSTANCE.handle(scope, receiver, sender)
                : found.application().handle(found.trail().in(scope), receiver, sender);
    }

    /**
     * Returns this router wrapped in middleware. As the target of a route it is a router still.
     *
     * @param outermostFirst the middleware, outermost first; may be empty
     * @return the wrapped router
     */
    @Override
    public Application behind(Middleware... outermostFirst) {
        return new Behind(this, Application.super.behind(outermostFirst));
    }

    @Override
    public String toString() {
        return "URLRouter" + routes;
    }

    /** Returns the router that an application is, or that it is known to wrap, or null. */
    static @Nullable URLRouter in(Application application) {
        if (application instanceof Behind behind) {
            return behind.router();
        }
        return application instanceof URLRouter router ? router : null;
    }

    /** Looks first and calls later, so that a miss deep inside costs no exception and no middleware. */
    private @Nullable Found find(Trail trail) {
        for (Route route : routes) {
            Trail next = route.follow(trail);
            Found found = next == null ? null : arrive(route.application(), next);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Found arrive(Application application, Trail trail) {
        URLRouter inner = in(application);
        if (inner == null) {
            return new Found(application, trail);
        }
        Found found = inner.find(trail);
        // middleware in between gets the call, and its router goes on from this trail
        return found == null || application == inner ? found : new Found(application, trail);
    }

    private record Found(Application application, Trail trail) {}

    /** A router behind middleware, which remembers its router for the one outside. */
    private record Behind(URLRouter router, Application wrapped) implements Application {

        @Override
        public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
            return wrapped.handle(scope, receiver, sender);
        }

        @Override
        public Application behind(Middleware... outermostFirst) {
            return new Behind(router, wrapped.behind(outermostFirst));
        }
    }
}
