package io.channels4j.session;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Middleware;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.internal.Stages;
import io.channels4j.internal.StandardJson;
import io.channels4j.middleware.Cookie;
import io.channels4j.middleware.CookieMiddleware;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * Gives every connection its client's session, {@link Scope#session()}, and saves it when the response starts.
 *
 * <p>A session is read from its store when the client shows the cookie of one; a client without a session costs no access to the
 * store and gets no cookie until something is put in. An id that the store does not know is never taken over: the client gets a
 * new one. While the store saves, the response waits; when that fails, sending the response fails.
 *
 * <p>The cookie is {@code HttpOnly}, {@code SameSite=Lax}, and {@code Secure} when the connection is.
 *
 * <p>Cookies are included: {@link CookieMiddleware} is needed in front only for middleware in between. Within another session
 * middleware this one does nothing. Scopes of other protocols than HTTP and WebSocket pass unchanged.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class SessionMiddleware implements Middleware {

    private static final TypeReference<Map<String, JsonNode>> VALUES = new TypeReference<>() {};

    private final SessionStore store;
    private final SessionCookie cookie;
    private final boolean everyResponse;

    private SessionMiddleware(Builder builder, SessionCookie cookie) {
        this.store = builder.store;
        this.cookie = cookie;
        this.everyResponse = builder.everyResponse;
    }

    /**
     * Returns middleware with the default settings.
     *
     * @param store keeps the sessions
     * @return the middleware
     */
    public static SessionMiddleware of(SessionStore store) {
        return builder(store).build();
    }

    /**
     * Returns a builder.
     *
     * @param store keeps the sessions
     * @return the builder, with the defaults that its methods name
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
                    : inner.handle(scope, receiver, sender);
        });
    }

    private CompletionStage<Void> handle(Application inner, Scope scope, Receiver receiver, Sender sender) {
        return Stages.on(scope.executor(), load(scope)).thenCompose(session -> {
            Runnable beforeSave = everyResponse ? session::touch : () -> {};
            return inner.handle(
                    scope.with(Scope.SESSION, session), receiver, new SavingSender(sender, session, beforeSave));
        });
    }

    private CompletionStage<StoredSession> load(Scope scope) {
        Optional<String> token = cookie.tokenOf(scope);
        if (token.isEmpty()) {
            return CompletableFuture.completedFuture(new StoredSession(store, cookie, scope, null, Map.of()));
        }
        return store.load(token.get())
                .thenApply(found -> found.isEmpty()
                        ? new StoredSession(store, cookie, scope, null, Map.of())
                        : new StoredSession(store, cookie, scope, token.get(), read(found.get())));
    }

    private static Map<String, JsonNode> read(byte[] data) {
        try {
            return StandardJson.MAPPER.readValue(data, VALUES);
        } catch (JacksonException e) {
            throw new ChannelsException(
                    "session: %d bytes in the store that are no JSON object".formatted(data.length), e);
        }
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private final SessionStore store;
        private String cookieName = "sessionid";
        private Duration lifetime = Duration.ofDays(14);
        private boolean endsWithBrowser;
        private boolean everyResponse;
        private UnaryOperator<Cookie.Builder> attributes = UnaryOperator.identity();

        private Builder(SessionStore store) {
            this.store = store;
        }

        /**
         * Sets the cookie's name; default {@code sessionid}.
         *
         * @param name the name
         * @return this builder
         */
        public Builder cookieName(String name) {
            cookieName = name;
            return this;
        }

        /**
         * Sets how long a session is kept after it was saved last; default 14 days.
         *
         * @param time the time, one second or more
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
         * Makes browsers forget the cookie when they are closed; by default they keep it for the session's lifetime.
         *
         * @return this builder
         */
        public Builder endsWithBrowser() {
            endsWithBrowser = true;
            return this;
        }

        /**
         * Saves the session with every response, so that it expires its lifetime after the last use; by default only a changed
         * one is saved.
         *
         * @return this builder
         */
        public Builder saveWithEveryResponse() {
            everyResponse = true;
            return this;
        }

        /**
         * Changes the cookie's attributes, such as {@code cookie -> cookie.domain("example.com").secure(true)}.
         *
         * @param changes changes what has the defaults above; called for each cookie
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
         * @throws IllegalArgumentException when browsers would not take the cookie on an unencrypted connection, as {@code
         *     SameSite=None} without {@code secure(true)}
         */
        public SessionMiddleware build() {
            return new SessionMiddleware(this, new SessionCookie(cookieName, lifetime, endsWithBrowser, attributes));
        }
    }
}
