package io.channels4j.auth;

import io.channels4j.CheckReturnValue;
import io.channels4j.Scope;
import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Identifies the user of a new connection by one method. {@link AuthMiddleware} tries its authenticators in order.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe and must not block. Stages may complete on any thread.
 */
@FunctionalInterface
public interface Authenticator {

    /**
     * Identifies the user of a connection.
     *
     * @param scope the connection
     * @return a stage that completes with the user, or empty if this method finds none. If the stage fails, the
     *     connection is refused with status 500.
     */
    @CheckReturnValue
    CompletionStage<? extends Optional<? extends User>> authenticate(Scope scope);

    /**
     * Returns an authenticator that reads the user stored by {@link Auth#login} from the session. Requires
     * {@link io.channels4j.session.SessionMiddleware} in front.
     *
     * @param users the application's users
     * @return the authenticator
     */
    static Authenticator session(UserStore users) {
        return new SessionAuthenticator(users);
    }

    /**
     * Returns an authenticator that reads the token from the header {@code Authorization: Bearer ...} (RFC 6750 §2.1).
     * Browsers cannot set this header for a WebSocket. Other clients can.
     *
     * @param tokens the token verifier
     * @return the authenticator
     */
    static Authenticator bearer(TokenVerifier tokens) {
        return scope -> Tokens.verify(scope, tokens, Tokens.bearer(scope.headers()));
    }

    /**
     * Returns an authenticator that reads the token from a query parameter of the URL. Proxies and servers log URLs.
     * Therefore, use a ticket, which is issued for one connection and expires within seconds.
     *
     * @param parameter the query parameter, such as {@code ticket}
     * @param tokens the token verifier
     * @return the authenticator
     */
    static Authenticator query(String parameter, TokenVerifier tokens) {
        return scope -> Tokens.verify(scope, tokens, scope.queryParam(parameter));
    }

    /**
     * Returns an authenticator that reads the token from the subprotocols that a WebSocket client offers. The
     * subprotocols are the only header that a web page can set: {@code new WebSocket(url, ["chat.v1", "bearer",
     * token])}. The token follows the marker. It may contain only the characters of an HTTP token. JWTs and hexadecimal
     * tokens are suitable.
     *
     * <p>Browsers abort a connection if none of the offered subprotocols is selected. If the application selects none,
     * the marker is selected, whether or not the token is valid. The token itself is not sent back.
     *
     * @param marker the subprotocol in front of the token, such as {@code bearer}
     * @param tokens the token verifier
     * @return the authenticator
     */
    static Authenticator subprotocol(String marker, TokenVerifier tokens) {
        return new SubprotocolAuthenticator(marker, tokens);
    }
}
