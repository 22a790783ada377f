package io.channels4j.auth;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.User;
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
 * Finds out who connects, so that {@link Scope#user()} answers it.
 *
 * {@snippet class="io.channels4j.guards.AuthSnippets" region="tokens"}
 *
 * <p>The authenticators are asked in order, once per connection, and the first user they find counts. When they find nobody, or a
 * user who has expired, the user is anonymous; with {@link Builder#required()} the connection is refused with status 401. A wrong
 * token is as good as none.
 *
 * <p><b>The end of rights.</b> A WebSocket whose user expires is closed with code 4401, unless {@link Auth#login} renewed it before;
 * {@link Connections#disconnectUser} closes those of one user. A streamed HTTP response ends then, too; a request that is answered
 * at once is let through.
 *
 * <p>When several auth middlewares stand behind one another, an inner one asks only when the outer ones found nobody. Scopes of
 * other protocols than HTTP and WebSocket pass unchanged.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class AuthMiddleware implements Middleware {

    private final List<Authenticator> authenticators;
    private final List<Remembering> memories;
    private final Optional<Refusal> otherwise;
    private final ConnectionAuth.Surroundings surroundings;

    private AuthMiddleware(Builder builder) {
        this.authenticators = builder.authenticators;
        this.memories = authenticators.stream()
                .filter(Remembering.class::isInstance)
                .map(Remembering.class::cast)
                .toList();
        this.otherwise = builder.otherwise;
        this.surroundings = new ConnectionAuth.Surroundings(builder.clock, new UserConnections(), builder.layerAlias);
    }

    /**
     * Returns middleware that lets anonymous users pass.
     *
     * @param inOrder the authenticators, in the order in which they are asked
     * @return the middleware
     */
    public static AuthMiddleware of(Authenticator... inOrder) {
        return builder(inOrder).build();
    }

    /**
     * Returns a builder.
     *
     * @param inOrder the authenticators, in the order in which they are asked
     * @return the builder, with the defaults that its methods name
     */
    public static Builder builder(Authenticator... inOrder) {
        return new Builder(List.of(inOrder));
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            boolean http = scope.type().equals("http");
            if (!http && !scope.type().equals("websocket")) {
                return inner.handle(scope, receiver, sender);
            }
            Optional<ConnectionAuth> outer = scope.get(ConnectionAuth.KEY);
            if (outer.isPresent()) {
                return within(outer.get(), inner).handle(scope, receiver, sender);
            }
            return http ? serveHttp(inner, scope, receiver, sender) : serveWebSocket(inner, scope, receiver, sender);
        };
    }

    private CompletionStage<Void> serveWebSocket(Application inner, Scope scope, Receiver receiver, Sender sender) {
        ConnectionAuth auth =
                new ConnectionAuth(scope, surroundings, status -> sender.send(new WebSocketClose(status)));
        Application watched = (inside, events, out) ->
                Stages.on(scope.executor(), auth.watch()).thenCompose(watching -> inner.handle(inside, events, out));
        return serve(auth, watched, scope, receiver, sender);
    }

    private CompletionStage<Void> serveHttp(Application inner, Scope scope, Receiver receiver, Sender sender) {
        EndableSender response = new EndableSender(sender);
        ConnectionAuth auth = new ConnectionAuth(scope, surroundings, response::end);
        response.whenStreaming(auth::watch);
        return serve(auth, inner, scope, receiver, response);
    }

    private CompletionStage<Void> serve(
            ConnectionAuth auth, Application inner, Scope scope, Receiver receiver, Sender sender) {
        Scope inside = scope.with(ConnectionAuth.KEY, auth).with(Scope.USER, auth);
        scope.closed().whenComplete((nothing, failure) -> auth.over());
        return within(auth, inner).handle(inside, receiver, sender).whenComplete((nothing, failure) -> auth.over());
    }

    /** Asks for the user of a connection that may have one already. */
    private Application within(ConnectionAuth auth, Application inner) {
        return (scope, receiver, sender) -> {
            auth.remembering(memories);
            if (auth.get().authenticated()) {
                return inner.handle(scope, receiver, sender);
            }
            return Stages.on(scope.executor(), find(auth, scope, 0)).thenCompose(found -> {
                if (found.isEmpty() && otherwise.isPresent()) {
                    return otherwise.get().handle(scope, receiver, sender);
                }
                Sender out = choosing(scope, sender);
                return found.isEmpty()
                        ? inner.handle(scope, receiver, out)
                        : Stages.on(scope.executor(), auth.become(found.get()))
                                .thenCompose(known -> inner.handle(scope, receiver, out));
            });
        };
    }

    private CompletionStage<Optional<User>> find(ConnectionAuth auth, Scope scope, int from) {
        if (from == authenticators.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return authenticators.get(from).authenticate(scope).thenCompose(found -> {
            Optional<User> user = found.filter(it -> it.authenticated() && !auth.expired(it));
            return user.isPresent() ? CompletableFuture.completedFuture(user) : find(auth, scope, from + 1);
        });
    }

    private Sender choosing(Scope scope, Sender sender) {
        Sender out = sender;
        for (Authenticator authenticator : authenticators) {
            out = authenticator instanceof SubprotocolAuthenticator chooser ? chooser.choosing(scope, out) : out;
        }
        return out;
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private final List<Authenticator> authenticators;
        private Optional<Refusal> otherwise = Optional.empty();
        private InstantSource clock = InstantSource.system();
        private String layerAlias = ChannelLayers.DEFAULT;

        private Builder(List<Authenticator> authenticators) {
            this.authenticators = authenticators;
        }

        /**
         * Refuses connections whose user is not found with status 401; by default they pass as anonymous.
         *
         * @return this builder
         */
        public Builder required() {
            otherwise = Optional.of(Refusal.of(401, "Unauthorized", Headers.of("www-authenticate", "Bearer")));
            return this;
        }

        /**
         * Sets the clock that tells when users expire; default the system's.
         *
         * @param source the clock
         * @return this builder
         */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * Sets over which layer {@link Connections} reaches this middleware's connections; default {@link ChannelLayers#DEFAULT}.
         * Without a layer in the scope it does not.
         *
         * @param alias the layer's alias
         * @return this builder
         */
        public Builder channelLayer(String alias) {
            layerAlias = alias;
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
