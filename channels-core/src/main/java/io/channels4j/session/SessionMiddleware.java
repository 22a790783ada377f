package io.channels4j.session;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.Stages;
import io.channels4j.middleware.Cookie;
import io.channels4j.middleware.CookieMiddleware;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Loads the client's session into {@link Scope#session()}, and saves it when the response starts.
 *
 * <p>If a client has no session cookie, the store is not accessed until a value is stored in the session. No cookie is
 * set until then. A token that the store does not contain is never adopted. The client receives a new one. The response
 * is delayed until the store has saved the session. If saving fails, sending the response fails.
 *
 * <p>By default, the cookie is {@code HttpOnly} and {@code SameSite=Lax}. Over an encrypted connection, it is also
 * {@code Secure} and its name has the prefix {@code __Host-}. If a client sends several cookies with this name, the
 * first one whose session is in the store is used.
 *
 * <p>This middleware includes {@link CookieMiddleware}. Inside another session middleware, it has no effect. Scopes of protocols other than
 * HTTP and WebSocket are passed on unchanged.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class SessionMiddleware implements Middleware {

    private final SessionStore store;
    private final SessionCookie cookie;
    private final boolean everyResponse;

    private SessionMiddleware(Builder builder, SessionCookie cookie) {
        this.store = new CheckedStore(builder.store);
        this.cookie = cookie;
        this.everyResponse = builder.everyResponse;
    }

    /**
     * Returns middleware with the default settings.
     *
     * @param store the session store
     * @return the middleware
     */
    public static SessionMiddleware of(SessionStore store) {
        return builder(store).build();
    }

    /**
     * Returns a builder.
     *
     * @param store the session store
     * @return the builder
     */
    public static Builder builder(SessionStore store) {
        return new Builder(store);
    }

    @Override
    public Application wrap(Application inner) {
        return CookieMiddleware.create().wrap((scope, receiver, sender) -> {
            boolean hasCookies = scope.type().equals("http") || scope.type().equals("websocket");
            return hasCookies && scope.get(Scope.SESSION).isEmpty()
                    ? handle(inner, scope, receiver, sender)
                    : NullChecks.handle(inner, scope, receiver, sender);
        });
    }

    private CompletionStage<Void> handle(Application inner, Scope scope, Receiver receiver, Sender sender) {
        return Stages.on(scope.executor(), load(scope)).thenCompose(session -> {
            Runnable beforeSave = everyResponse ? session::touch : () -> {};
            return NullChecks.handle(
                    inner,
                    scope.with(Scope.SESSION, session),
                    receiver,
                    new SessionSavingSender(sender, session, beforeSave));
        });
    }

    private CompletionStage<StoredSession> load(Scope scope) {
        return load(scope, System.nanoTime(), cookie.tokensOf(scope));
    }

    /** Loads the session of the first token that the store contains. */
    private CompletionStage<StoredSession> load(Scope scope, long since, List<String> tokens) {
        if (tokens.isEmpty()) {
            return CompletableFuture.completedFuture(new StoredSession(store, cookie, scope, since, null, Map.of()));
        }
        String token = tokens.get(0);
        return store.load(token)
                .thenCompose(found -> found.isEmpty()
                        ? load(scope, since, tokens.subList(1, tokens.size()))
                        : CompletableFuture.completedFuture(new StoredSession(
                                store, cookie, scope, since, token, SessionChanges.read(found.get()))));
    }

    /** Builds a {@link SessionMiddleware}. Not thread-safe. */
    public static final class Builder {

        private final SessionStore store;
        private @Nullable String cookieName;
        private Duration lifetime = Duration.ofDays(14);
        private boolean endsWithBrowser;
        private boolean everyResponse;
        private UnaryOperator<Cookie.Builder> attributes = UnaryOperator.identity();

        private Builder(SessionStore store) {
            this.store = requireNonNull(store, "store");
        }

        /**
         * Sets the cookie's name. The default is {@code sessionid}. Over encrypted connections, it is {@code
         * __Host-sessionid}, unless the cookie has a domain or another path. Browsers accept the prefix only from the
         * host itself, so a subdomain cannot set the session cookie.
         *
         * @param name the name
         * @return this builder
         * @throws IllegalArgumentException if the name is not a token
         */
        public Builder cookieName(String name) {
            Cookie.builder(name, ""); // checks the name
            cookieName = name;
            return this;
        }

        /**
         * Sets the time for which a session is stored after its last save. 14 days by default.
         *
         * @param time the time, one second or more, without an upper limit
         * @return this builder
         */
        public Builder lifetime(Duration time) {
            if (time.compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException(
                        "session lifetime: %s (expected: one second or more)".formatted(time));
            }
            lifetime = time;
            return this;
        }

        /**
         * Makes the cookie expire when the browser is closed. By default, browsers keep it for the session's lifetime.
         *
         * @return this builder
         */
        public Builder endsWithBrowser() {
            endsWithBrowser = true;
            return this;
        }

        /**
         * Saves the session with every response. The lifetime then restarts with each use. By default, only a changed
         * session is saved.
         *
         * @return this builder
         */
        public Builder saveWithEveryResponse() {
            everyResponse = true;
            return this;
        }

        /**
         * Changes the cookie's attributes, for example with {@code cookie -> cookie.domain("example.com").secure(true)}.
         *
         * @param changes a function that changes a cookie with the default attributes; called for each cookie
         * @return this builder
         */
        public Builder cookie(UnaryOperator<Cookie.Builder> changes) {
            attributes = changes;
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         * @throws IllegalArgumentException if browsers would reject the cookie, for example because of {@code
         *     SameSite=None} without {@code secure(true)}
         */
        public SessionMiddleware build() {
            SessionCookie cookie = cookieName == null
                    ? SessionCookie.ofDefaultName(lifetime, endsWithBrowser, attributes)
                    : new SessionCookie(cookieName, cookieName, lifetime, endsWithBrowser, attributes);
            return new SessionMiddleware(this, cookie);
        }
    }
}
