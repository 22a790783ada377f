package io.channels4j.auth;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.internal.StandardJson;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Takes a token out of the first message of a WebSocket: for browsers, where a page can set no headers, without a secret in the
 * URL.
 *
 * <p>The client connects, and sends its token as the first message. When it does not in time, or the token is not good, the
 * connection is closed with code 4401 and the application inside never hears of it. Otherwise the application is called with {@link
 * io.channels4j.Scope#user()} set, and sees a connection that begins now; the message with the token is not passed on. A connection
 * whose user was found by an {@link AuthMiddleware} in front is passed on at once.
 *
 * <p><b>Accepted by this middleware.</b> To receive a message it must accept the connection before the application is asked. So the
 * application cannot choose a subprotocol ({@link Builder#subprotocols} does) or add headers: its accepting with either fails with a
 * {@link io.channels4j.ChannelsException}, and middleware that sets cookies belongs in front of this one. When it refuses, the
 * connection is closed instead: with the code of its close event, or, for a response with status 404, with code 4404.
 *
 * <p>Only WebSockets are looked at; other scopes pass.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class FirstMessageAuthMiddleware implements Middleware {

    private final Settings settings;

    /**
     * What all connections share.
     *
     * @param tokens checks the token
     * @param reader takes the token out of the message
     * @param deadline how long the client and the check of its token may take
     * @param subprotocols may be chosen, the best first
     */
    record Settings(
            TokenVerifier tokens,
            Function<String, Optional<String>> reader,
            Duration deadline,
            List<String> subprotocols) {}

    private FirstMessageAuthMiddleware(Settings settings) {
        this.settings = settings;
    }

    /**
     * Returns middleware for clients whose first message is the token and nothing else.
     *
     * @param tokens checks the token
     * @return the middleware
     */
    public static FirstMessageAuthMiddleware of(TokenVerifier tokens) {
        return builder(tokens).build();
    }

    /**
     * Returns a builder.
     *
     * @param tokens checks the token
     * @return the builder, with the defaults that its methods name
     */
    public static Builder builder(TokenVerifier tokens) {
        return new Builder(tokens);
    }

    @Override
    public Application wrap(Application inner) {
        Application asking = (scope, receiver, sender) -> {
            ConnectionAuth auth = scope.get(ConnectionAuth.KEY).orElse(null);
            return auth == null || auth.get().authenticated() || !scope.type().equals("websocket")
                    ? inner.handle(scope, receiver, sender)
                    : new FirstMessage(settings, auth, scope, receiver, sender).serve(inner);
        };
        return AuthMiddleware.of().wrap(asking);
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private final TokenVerifier tokens;
        private Function<String, Optional<String>> reader = Optional::of;
        private Duration deadline = Duration.ofSeconds(10);
        private List<String> subprotocols = List.of();

        private Builder(TokenVerifier tokens) {
            this.tokens = tokens;
        }

        /**
         * Takes the token from a field of a JSON object, as in {@code {"type": "auth", "token": "..."}}; by default the whole
         * message is the token.
         *
         * @param name the field's name
         * @return this builder
         */
        public Builder jsonField(String name) {
            reader = text -> field(text, name);
            return this;
        }

        private static Optional<String> field(String text, String name) {
            try {
                JsonNode field = StandardJson.MAPPER.readTree(text).path(name);
                return field.isString() ? Optional.of(field.stringValue()) : Optional.empty();
            } catch (JacksonException notJson) {
                return Optional.empty();
            }
        }

        /**
         * Sets how long the client's message and the check of its token may take; default 10 seconds.
         *
         * @param time the time, more than zero
         * @return this builder
         */
        public Builder deadline(Duration time) {
            if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException("deadline: %s (expected: more than zero)".formatted(time));
            }
            deadline = time;
            return this;
        }

        /**
         * Sets the subprotocols that may be chosen; by default none is.
         *
         * @param bestFirst the subprotocols; the first one that the client offers is chosen
         * @return this builder
         */
        public Builder subprotocols(String... bestFirst) {
            subprotocols = List.of(bestFirst);
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         */
        public FirstMessageAuthMiddleware build() {
            return new FirstMessageAuthMiddleware(new Settings(tokens, reader, deadline, subprotocols));
        }
    }
}
