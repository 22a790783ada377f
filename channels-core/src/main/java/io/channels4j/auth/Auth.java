package io.channels4j.auth;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.User;
import java.util.concurrent.CompletionStage;

/**
 * Login and logout of the user of one connection. The scope is that of the consumer, with {@link AuthMiddleware} in front.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Auth {

    private Auth() {}

    /**
     * Makes a user the one of this connection, from now on; {@link Scope#user()} answers so at once. On a connection whose user
     * expires, logging in the same user with a later expiry renews it.
     *
     * <p>With {@link Authenticator#session} in the middleware, the login is kept in the session, whose id is changed, and later
     * connections of the client find it. This works until the headers of the response are sent, so within {@code connect()} before
     * {@code accept()}: on an open WebSocket the client could not learn the session's new id, so there the login is for this
     * connection only.
     *
     * @param scope the connection
     * @param user the user
     * @return completes when the user is the one of this connection in every respect, {@link Connections} included
     * @throws IllegalArgumentException when the user is anonymous or has expired
     * @throws ChannelsException when no auth middleware stands in front
     */
    public static CompletionStage<Void> login(Scope scope, User user) {
        if (!user.authenticated()) {
            throw new IllegalArgumentException("login: the anonymous user (expected: an authenticated one)");
        }
        return connection("login", scope).login(scope, user);
    }

    /**
     * Makes the user of this connection anonymous, and empties and deletes their session if that is how they were found. The
     * connection stays open, and so do others of the user: {@link Connections#disconnectUser} ends them. Logging out when nobody is
     * logged in is no error.
     *
     * @param scope the connection
     * @return completes when the session is deleted, or, before the response has started, at once: then it is deleted with the
     *     response
     * @throws ChannelsException when no auth middleware stands in front
     */
    public static CompletionStage<Void> logout(Scope scope) {
        return connection("logout", scope).logout(scope);
    }

    /**
     * Returns who is at the other end, as {@link Scope#user()} does.
     *
     * @param scope the connection
     * @return the user; {@link User#anonymous()} when nobody is known
     */
    public static User user(Scope scope) {
        return scope.user();
    }

    private static ConnectionAuth connection(String tried, Scope scope) {
        return scope.get(ConnectionAuth.KEY)
                .orElseThrow(() -> new ChannelsException(
                        "%s: nobody can log in on this scope (expected: AuthMiddleware in front)".formatted(tried)));
    }
}
