package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Middleware;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.LayerUse;
import io.channels4j.engine.NullChecks;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Selects the target for a connection by its path. The first matching route is used.
 *
 * {@snippet class="io.channels4j.routing.RoutingSnippetsTest" region="paths"}
 *
 * <p>Routers can be nested, including behind middleware: {@code mount("api/", URLRouter.of(..).behind(..))}. If an inner router
 * has no route for the rest of a path, the outer router tries its next route. The middleware between them does not run.
 * {@link Scope#urlRoute()} contains the captured values. Middleware in front of an inner router can read the values
 * that the outer routers captured.
 *
 * <p>Routes are matched against {@link Scope#path()} without {@link Scope#rootPath()} and without one leading slash.
 *
 * <p><b>No route.</b> If a path has no route or is outside the root path, the connection is refused with status 404 and
 * logged in one debug line (guarantee P7). To send a different response, add {@code mount("", application)} as the last
 * route.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 *
 * <p><b>Failure.</b> {@link #handle} fails with {@link ChannelsException} for a scope of type {@code lifespan} or
 * {@code channel}, which has no path. It also fails if there is no route for another protocol than HTTP and WebSocket.
 * An application's failure is propagated. No other route is tried.
 */
@SuppressWarnings("exports") // LayerUse is internal: only servers use it
public final class URLRouter implements Application, LayerUse {

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
    @CheckReturnValue
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        if (scope.type().equals("lifespan") || scope.type().equals("channel")) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "url router: scope type \"%s\" has no path (expected: a ProtocolTypeRouter in front)"
                            .formatted(scope.type())));
        }
        RouteProgress start = RouteProgress.of(scope);
        Found found = start == null ? null : find(start);
        return found == null
                ? NotFound.INSTANCE.handle(scope, receiver, sender)
                : NullChecks.handle(found.application(), found.progress().in(scope), receiver, sender);
    }

    /**
     * Returns this router behind middleware. The result can be {@linkplain Route#mount mounted} like this router. If
     * none of this router's routes matches, the outer router tries its next route.
     *
     * @param outermostFirst the middleware, outermost first; may be empty
     * @return the wrapped router
     */
    @Override
    public Application behind(Middleware... outermostFirst) {
        return new WrappedRouter(this, Application.super.behind(outermostFirst));
    }

    @Override
    public String toString() {
        return "URLRouter" + routes;
    }

    /**
     * Returns the application itself if it is a router, or the router that it wraps. Returns null if there is none.
     */
    static @Nullable URLRouter in(Application application) {
        if (application instanceof WrappedRouter wrapped) {
            return wrapped.router();
        }
        return application instanceof URLRouter router ? router : null;
    }

    /**
     * Resolves all levels before any application is called. An unmatched path therefore throws no exception and runs no
     * inner middleware.
     */
    private @Nullable Found find(RouteProgress progress) {
        for (Route route : routes) {
            RouteProgress next = route.follow(progress);
            Found found = next == null ? null : resolve(route.application(), next);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Found resolve(Application application, RouteProgress progress) {
        URLRouter inner = in(application);
        if (inner == null) {
            return new Found(application, progress);
        }
        Found found = inner.find(progress);
        // the middleware in between receives this progress, and the inner router continues from it
        return found == null || application == inner ? found : new Found(application, progress);
    }

    @Override
    public @Nullable Class<?> layerConsumer() {
        for (Route route : routes) {
            Class<?> consumer = LayerUse.in(route.application());
            if (consumer != null) {
                return consumer;
            }
        }
        return null;
    }

    private record Found(Application application, RouteProgress progress) {}

    private record WrappedRouter(URLRouter router, Application wrapped) implements Application, LayerUse {

        @Override
        public @Nullable Class<?> layerConsumer() {
            return router.layerConsumer();
        }

        @Override
        @CheckReturnValue
        public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
            return NullChecks.handle(wrapped, scope, receiver, sender);
        }

        @Override
        public Application behind(Middleware... outermostFirst) {
            return new WrappedRouter(router, wrapped.behind(outermostFirst));
        }
    }
}
