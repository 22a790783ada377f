package io.channels4j.auth;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.connection.ConnectionAuth;
import java.util.concurrent.CompletionStage;

/**
 * Logs users in and out on one connection. Pass the scope that the consumer received; {@link AuthMiddleware} must be in front of
 * the consumer. {@link Scope#user()} returns the current user.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Auth {

    private Auth() {}

    /**
     * Sets the user of this connection; {@link Scope#user()} returns it immediately. Logging in the same user with a later expiry
     * renews the login.
     *
     * <p>With {@link Authenticator#session} in the middleware, the login is stored in the session under a new session id, where
     * the client's later connections find it. The login can only be stored before the response headers are sent; for a WebSocket,
     * log in within {@code connect()}, before {@code accept()}. On an open WebSocket, the client cannot receive the new id, so
     * the login is valid for this connection only.
     *
     * @param scope the connection
     * @param user the user
     * @return a stage that completes when {@link Connections} can find the connection by its new user; exceptionally if the
     *     connection has ended
     * @throws IllegalArgumentException if the user is anonymous or has expired
     * @throws ChannelsException if there is no {@link AuthMiddleware} in front
     */
    public static CompletionStage<Void> login(Scope scope, User user) {
        if (!user.authenticated()) {
            throw new IllegalArgumentException("login: the anonymous user (expected: an authenticated one)");
        }
        return connection("login", scope).login(scope, user);
    }

    /**
     * Makes the user of this connection anonymous. With {@link Authenticator#session} in the middleware, the client's session is
     * also cleared and deleted, even if no user is logged in. The connection stays open, as do the user's other connections; use
     * {@link Connections#disconnectUser} to end them.
     *
     * @param scope the connection
     * @return a stage that completes when the session has been deleted. If the response has not started, the stage does not wait
     *     for that, because the session is deleted when the response headers are sent.
     * @throws ChannelsException if there is no {@link AuthMiddleware} in front
     */
    public static CompletionStage<Void> logout(Scope scope) {
        return connection("logout", scope).logout(scope);
    }

    private static ConnectionAuth connection(String attempted, Scope scope) {
        return scope.get(ConnectionAuth.KEY)
                .orElseThrow(() -> new ChannelsException(
                        "%s: not available in this scope (expected: AuthMiddleware in front)".formatted(attempted)));
    }
}
