package io.channels4j.auth;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.auth.connection.ConnectionAuth;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.StandardJson;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Authenticates a WebSocket by a token in its first message. It needs no header, because browsers cannot set headers on
 * a WebSocket. It needs no secret in the URL, because URLs may be logged.
 *
 * <p>The client connects and sends its token as the first message. If the token is invalid or the deadline passes, the
 * connection is closed with code 4401. The inner application is then not called. Otherwise, the application is called
 * with {@link io.channels4j.Scope#user()} set, and receives the connect event first. The message with the token is not
 * passed on. If an {@link AuthMiddleware} in front has already identified the user, the application is called
 * immediately.
 *
 * <p><b>Handshake.</b> To receive the first message, the middleware must accept the connection before it calls the application.
 * Therefore, the middleware selects the subprotocol, from {@link Builder#subprotocols}. If the application selects another one or
 * adds headers, its accept event fails with a {@link io.channels4j.ChannelsException}. Middleware that sets cookies must be in
 * front of this one. If the application refuses the connection with a close event, the code of that event is used.
 * After an HTTP response, the close code is 4000 plus the status, such as 4404.
 *
 * <p>Scopes of protocols other than WebSocket are passed on unchanged.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class FirstMessageAuthMiddleware implements Middleware {

    private final Settings settings;

    /**
     * The settings that all connections share.
     *
     * @param tokens the token verifier
     * @param reader the function that extracts the token from the message
     * @param deadline the maximum time for the client's message to arrive and be verified
     * @param subprotocols the supported subprotocols, in order of preference
     * @param clock the clock that determines when users expire
     */
    record Settings(
            TokenVerifier tokens,
            Function<String, Optional<String>> reader,
            Duration deadline,
            List<String> subprotocols,
            InstantSource clock) {}

    private FirstMessageAuthMiddleware(Settings settings) {
        this.settings = settings;
    }

    /**
     * Returns middleware for clients that send the token as the whole first message.
     *
     * @param tokens the token verifier
     * @return the middleware
     */
    public static FirstMessageAuthMiddleware of(TokenVerifier tokens) {
        return builder(tokens).build();
    }

    /**
     * Returns a builder.
     *
     * @param tokens the token verifier
     * @return the builder
     */
    public static Builder builder(TokenVerifier tokens) {
        return new Builder(tokens);
    }

    @Override
    public Application wrap(Application inner) {
        Application authenticating = (scope, receiver, sender) -> {
            ConnectionAuth auth = scope.get(ConnectionAuth.KEY).orElse(null);
            return auth == null || auth.get().authenticated() || !scope.type().equals("websocket")
                    ? NullChecks.handle(inner, scope, receiver, sender)
                    : new FirstMessageHandshake(settings, auth, scope, receiver, sender).serve(inner);
        };
        return AuthMiddleware.builder().clock(settings.clock()).build().wrap(authenticating);
    }

    /** Builds a {@link FirstMessageAuthMiddleware}. Not thread-safe. */
    public static final class Builder {

        private final TokenVerifier tokens;
        private Function<String, Optional<String>> reader = Optional::of;
        private Duration deadline = Duration.ofSeconds(10);
        private List<String> subprotocols = List.of();
        private InstantSource clock = InstantSource.system();

        private Builder(TokenVerifier tokens) {
            this.tokens = tokens;
        }

        /**
         * Reads the token from a field of a JSON object, as in {@code {"type": "auth", "token": "..."}}. By default, the whole
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
         * Sets the time within which the client's message must arrive and be verified. 10 seconds by default.
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
         * Sets the supported subprotocols. None by default.
         *
         * @param bestFirst the subprotocols. The first one that the client offers is selected.
         * @return this builder
         */
        public Builder subprotocols(String... bestFirst) {
            subprotocols = List.of(bestFirst);
            return this;
        }

        /**
         * Sets the clock that determines when users expire, unless an {@link AuthMiddleware} is in front. The system clock by default.
         *
         * @param source the clock
         * @return this builder
         */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         */
        public FirstMessageAuthMiddleware build() {
            return new FirstMessageAuthMiddleware(new Settings(tokens, reader, deadline, subprotocols, clock));
        }
    }
}
