package io.channels4j.auth;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.Session;
import io.channels4j.User;
import io.channels4j.auth.connection.AuthSettings;
import io.channels4j.auth.connection.ConnectionAuth;
import io.channels4j.auth.connection.LoginExpiries;
import io.channels4j.auth.connection.LoginStore;
import io.channels4j.auth.connection.RevocableResponse;
import io.channels4j.auth.connection.UserConnections;
import io.channels4j.engine.NullChecks;
import io.channels4j.engine.UserObserver;
import io.channels4j.internal.SessionTracking;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.middleware.Refusal;
import io.channels4j.websocket.WebSocketClose;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Identifies the user of each connection and sets {@link Scope#user()}.
 *
 * {@snippet class="io.channels4j.guards.AuthSnippets" region="tokens"}
 *
 * <p>When a connection is opened, the authenticators run in order. They stop when one finds a user who has not expired.
 * If none does, the user is anonymous. With {@link Builder#required()}, the connection is then refused with status 401.
 * An invalid token is treated like a missing one.
 *
 * <p><b>Other middleware.</b> If middleware in front has already put an authenticated user into the scope, under {@link Scope#USER}, this user
 * is kept and the authenticators do not run. Middleware behind this one may also put its own user into the scope. In both cases, {@link Connections}
 * finds the connection by that user's id. The user is read once: when this middleware or the consumer is called.
 * The authenticators do not run again for such a connection.
 *
 * <p><b>Expiry.</b> A WebSocket is closed with code 4401 when its user's login expires, unless {@link
 * Auth#renew} or {@link Auth#login} has renewed it.
 *
 * <p><b>Revocation.</b> {@link Connections#disconnectUser} closes all connections of a user, and {@link
 * Connections#disconnectSession} those of a session. If this process may have missed a revocation during a layer
 * outage, the authenticators run again for its open connections. A connection whose user they no longer find is closed
 * with code 4401. A revocation that arrives while a connection's credentials are checked ends the connection after the check.
 * If it may have been missed then, the session is loaded again, or the authenticators run again.
 *
 * <p>Expiry and revocation also end a streamed HTTP response. A response sent in one part is not interrupted.
 *
 * <p>Within another auth middleware, this one runs only if the outer one found no user. Scopes of protocols other than HTTP and
 * WebSocket are passed on unchanged.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class AuthMiddleware implements Middleware {

    private final List<Authenticator> authenticators;
    private final List<LoginStore> loginStores;
    private final Optional<Refusal> refusal;
    private final AuthSettings settings;

    private AuthMiddleware(Builder builder) {
        this.authenticators = builder.authenticators;
        this.loginStores = authenticators.stream()
                .filter(LoginStore.class::isInstance)
                .map(LoginStore.class::cast)
                .toList();
        this.refusal = builder.refusal;
        this.settings = new AuthSettings(
                new LoginExpiries(builder.clock),
                new UserConnections(),
                builder.layerAlias,
                builder.endsConnectionsOnLogout);
    }

    /**
     * Returns middleware that allows anonymous users.
     *
     * @param inOrder the authenticators, in the order in which they run
     * @return the middleware
     */
    public static AuthMiddleware of(Authenticator... inOrder) {
        return builder(inOrder).build();
    }

    /**
     * Returns a builder.
     *
     * @param inOrder the authenticators, in the order in which they run
     * @return the builder
     */
    public static Builder builder(Authenticator... inOrder) {
        return new Builder(List.of(inOrder));
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            boolean http = scope.type().equals("http");
            if (!http && !scope.type().equals("websocket")) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            Optional<ConnectionAuth> outer = scope.get(ConnectionAuth.KEY);
            if (outer.isPresent()) {
                return serveWithin(outer.get(), inner, scope, receiver, sender);
            }
            return http ? serveHttp(inner, scope, receiver, sender) : serveWebSocket(inner, scope, receiver, sender);
        };
    }

    /** Serves a connection within another auth middleware. */
    private CompletionStage<Void> serveWithin(
            ConnectionAuth outer, Application inner, Scope scope, Receiver receiver, Sender sender) {
        CompletionStage<Void> known = UserObserver.serving(scope);
        return known.thenCompose(nothing -> identifying(outer, inner).handle(scope, receiver, sender));
    }

    private CompletionStage<Void> serveWebSocket(Application inner, Scope scope, Receiver receiver, Sender sender) {
        ConnectionAuth auth = new ConnectionAuth(scope, settings, status -> sender.send(new WebSocketClose(status)));
        Application watched = (inside, events, out) -> Stages.on(scope.executor(), auth.watch())
                .thenCompose(nothing -> auth.isEnded() ? Stages.done() : NullChecks.handle(inner, inside, events, out));
        return serve(auth, watched, scope, receiver, sender);
    }

    private CompletionStage<Void> serveHttp(Application inner, Scope scope, Receiver receiver, Sender sender) {
        RevocableResponse response = new RevocableResponse(sender);
        ConnectionAuth auth = new ConnectionAuth(scope, settings, response::revoke);
        long since = System.nanoTime();
        response.onStreaming(() -> auth.watchStream(since));
        return serve(auth, inner, scope, receiver, response);
    }

    private CompletionStage<Void> serve(
            ConnectionAuth auth, Application inner, Scope scope, Receiver receiver, Sender sender) {
        scope.get(Scope.SESSION)
                .filter(SessionTracking.class::isInstance)
                .map(SessionTracking.class::cast)
                .ifPresent(session -> session.onRotation(auth::announceRotation));
        Scope inside = scope.with(ConnectionAuth.KEY, auth)
                .with(UserObserver.OBSERVER, auth)
                .with(Scope.USER, auth);
        scope.get(Scope.USER).ifPresent(earlier -> Stages.ignore(auth.replaced(earlier))); // not watched yet
        scope.closed().whenComplete((nothing, failure) -> auth.close());
        return identifying(auth, inner)
                .handle(inside, receiver, sender)
                .whenComplete((nothing, failure) -> auth.close());
    }

    /** Wraps an application so that the user is identified first, unless the user is already known. */
    private Application identifying(ConnectionAuth auth, Application inner) {
        return (scope, receiver, sender) -> {
            auth.addLoginStores(loginStores);
            if (auth.get().authenticated()) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            CompletionStage<Optional<User>> identified =
                    begin(auth, scope).thenCompose(nothing -> find(auth, scope, 0));
            return Stages.on(scope.executor(), identified).thenCompose(found -> {
                if (found.isEmpty() && refusal.isPresent()) {
                    return refusal.get().handle(scope, receiver, sender);
                }
                auth.onRecheck(() -> findAgain(auth, scope));
                Sender out = selectingMarker(scope, sender);
                CompletionStage<Void> known = found.isEmpty() ? auth.endCheck() : auth.setUser(found.get());
                return Stages.on(scope.executor(), known)
                        .thenCompose(nothing ->
                                auth.isEnded() ? Stages.done() : NullChecks.handle(inner, scope, receiver, out));
            });
        };
    }

    /**
     * Begins the check of a WebSocket's credentials. For HTTP, the check begins when a token is found ({@link Tokens}). Few responses are
     * streamed, and a session can be checked again when a stream begins.
     */
    private CompletionStage<Void> begin(ConnectionAuth auth, Scope scope) {
        boolean hasCredentials =
                !authenticators.isEmpty() || scope.get(Scope.SESSION).isPresent();
        return scope.type().equals("websocket") && hasCredentials ? auth.beginCheck() : Stages.done();
    }

    /** Finds the user again by the same credentials, after reloading the session. */
    private CompletionStage<Optional<User>> findAgain(ConnectionAuth auth, Scope scope) {
        Optional<Session> session = scope.get(Scope.SESSION);
        return session.isEmpty()
                ? find(auth, scope, 0)
                : session.get().reload().thenCompose(nothing -> find(auth, scope, 0));
    }

    private CompletionStage<Optional<User>> find(ConnectionAuth auth, Scope scope, int from) {
        if (from == authenticators.size()) {
            return FoundUser.none();
        }
        Authenticator next = authenticators.get(from);
        return FoundUser.widen(next, "authenticate", next.authenticate(scope)).thenCompose(found -> {
            Optional<User> user = found.filter(it -> it.authenticated() && !auth.hasExpired(it));
            return user.isPresent() ? CompletableFuture.completedFuture(user) : find(auth, scope, from + 1);
        });
    }

    private Sender selectingMarker(Scope scope, Sender sender) {
        Sender out = sender;
        for (Authenticator authenticator : authenticators) {
            out = authenticator instanceof SubprotocolAuthenticator bySubprotocol
                    ? bySubprotocol.selectingMarker(scope, out)
                    : out;
        }
        return out;
    }

    /** Builds an {@link AuthMiddleware}. Not thread-safe. */
    public static final class Builder {

        private final List<Authenticator> authenticators;
        private Optional<Refusal> refusal = Optional.empty();
        private InstantSource clock = InstantSource.system();
        private String layerAlias = ChannelLayers.DEFAULT;
        private boolean endsConnectionsOnLogout = true;

        private Builder(List<Authenticator> authenticators) {
            this.authenticators = authenticators;
        }

        /**
         * Refuses connections without an authenticated user with status 401. By default, their user is anonymous.
         *
         * @return this builder
         */
        public Builder required() {
            refusal = Optional.of(Refusal.of(401, "Unauthorized", Headers.of("www-authenticate", "Bearer")));
            return this;
        }

        /**
         * Sets the clock that determines when users expire. The system clock by default.
         *
         * @param source the clock
         * @return this builder
         */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * Sets the layer through which {@link Connections} reaches this middleware's connections. The default is {@link
         * ChannelLayers#DEFAULT}. Connections whose scope lacks this layer cannot be reached.
         *
         * @param alias the layer's alias
         * @return this builder
         */
        public Builder channelLayer(String alias) {
            layerAlias = alias;
            return this;
        }

        /**
         * Keeps the session's other connections open after {@link Auth#logout}, with the user that they had. By default, a logout ends them
         * with close code 4401.
         *
         * @return this builder
         */
        public Builder keepConnectionsOnLogout() {
            endsConnectionsOnLogout = false;
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         */
        public AuthMiddleware build() {
            return new AuthMiddleware(this);
        }
    }
}
