package io.channels4j.auth;

import io.channels4j.Scope;
import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * One way to find out who connects. {@link AuthMiddleware} asks several in order.
 *
 * <p><b>Threads.</b> Thread-safe; must not block. Stages may complete on any thread.
 */
@FunctionalInterface
public interface Authenticator {

    /**
     * Finds out who connects.
     *
     * @param scope the connection
     * @return completes with the user, or empty when this way tells nothing; exceptionally when it is not known, and the connection
     *     is refused with status 500
     */
    CompletionStage<Optional<User>> authenticate(Scope scope);

    /**
     * Returns the way of sessions: the user whom {@link Auth#login} has put there. Needs {@link
     * io.channels4j.session.SessionMiddleware} in front.
     *
     * @param users finds the user
     * @return the authenticator
     */
    static Authenticator session(UserStore users) {
        return new SessionAuthenticator(users);
    }

    /**
     * Returns the way of tokens in the header {@code Authorization: Bearer ...} (RFC 6750 §2.1). Browsers cannot set it for a
     * WebSocket; applications can.
     *
     * @param tokens checks the token
     * @return the authenticator
     */
    static Authenticator bearer(TokenVerifier tokens) {
        return scope -> Tokens.verify(tokens, Tokens.bearer(scope.headers()));
    }

    /**
     * Returns the way of tokens in the query of the URL. URLs stand in logs of proxies and servers, so the token should be one that
     * was made for this connection and expires within seconds (a ticket).
     *
     * @param parameter the name of the query's parameter, such as {@code ticket}
     * @param tokens checks the token
     * @return the authenticator
     */
    static Authenticator query(String parameter, TokenVerifier tokens) {
        return scope -> Tokens.verify(tokens, scope.queryParam(parameter));
    }

    /**
     * Returns the way of tokens among the offered subprotocols of a WebSocket, the one header that a page can set: {@code new
     * WebSocket(url, ["chat.v1", "bearer", token])}. A token follows the marker; it must consist of the characters of an HTTP
     * token, as JWT and hexadecimal ones do.
     *
     * <p>Browsers give up a connection on which none of the offered subprotocols is chosen. So the marker is chosen when the
     * application chooses none, whether or not the token is good; the token itself is never sent back.
     *
     * @param marker the subprotocol that goes before the token, such as {@code bearer}
     * @param tokens checks the token
     * @return the authenticator
     */
    static Authenticator subprotocol(String marker, TokenVerifier tokens) {
        return new SubprotocolAuthenticator(marker, tokens);
    }
}
