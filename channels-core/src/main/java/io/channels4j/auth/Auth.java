package io.channels4j.auth;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.connection.ConnectionAuth;
import io.channels4j.engine.NullChecks;
import io.channels4j.layer.ChannelLayer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Logs users in and out on one connection. Pass the scope that the consumer received. {@link AuthMiddleware} must be in
 * front of the consumer. {@link Scope#user()} returns the current user.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Auth {

    private Auth() {}

    /**
     * Sets the user of this connection. {@link Scope#user()} returns it immediately. Logging in the same user with a
     * later expiry renews the login.
     *
     * <p>With {@link Authenticator#session} in the middleware, the login is stored in the session. The session is then
     * saved under a new id. The client's later connections find the login there. A login can be stored only before the
     * response headers are sent. For a WebSocket, log in within {@code connect()}, before {@code accept()}. On an open
     * WebSocket, the client cannot receive the new id. The login then applies to this connection only.
     *
     * @param scope the connection
     * @param user the user
     * @return a stage that completes when {@link Connections} can find the connection by its new user. It completes
     *     exceptionally if the connection has ended.
     * @throws IllegalArgumentException if the user is anonymous or has expired
     * @throws ChannelsException if there is no {@link AuthMiddleware} in front
     */
    @CheckReturnValue
    public static CompletionStage<Void> login(Scope scope, User user) {
        if (!user.authenticated()) {
            throw new IllegalArgumentException("login: the anonymous user (expected: an authenticated one)");
        }
        return connection("login", scope).login(scope, user);
    }

    /**
     * Renews the login of an open connection with a new token that its client has sent, for example in a message. The token is verified as the
     * connection's first token was. It must belong to the same user. The connection then ends when the new token expires.
     *
     * {@snippet class="io.channels4j.guards.AuthSnippets" region="renew"}
     *
     * <p>{@link Scope#user()} then returns the user of the new token. If revocations may have been missed, the new token is verified again.
     *
     * @param scope the connection
     * @param token the new token; null counts as invalid
     * @return a stage that completes with true if the login was renewed. It completes with false, and the login is unchanged, if the token is
     *     invalid or belongs to another user, if the connection was not authenticated by a token, or if it has ended. It
     *     completes exceptionally if the token cannot be verified at present.
     * @throws ChannelsException if there is no {@link AuthMiddleware} or {@link FirstMessageAuthMiddleware} in front
     */
    @CheckReturnValue
    public static CompletionStage<Boolean> renew(Scope scope, @Nullable String token) {
        return connection("renew", scope).renewal().renew(token);
    }

    /**
     * Renews the login of an open connection with a new token and a verifier. Use this method if the connection was authenticated in another
     * way, such as by a ticket for one connection or by a session.
     *
     * @param scope the connection
     * @param tokens the token verifier
     * @param token the new token; null counts as invalid
     * @return a stage as returned by {@link #renew(Scope, String)}
     * @throws ChannelsException if there is no {@link AuthMiddleware} or {@link FirstMessageAuthMiddleware} in front
     */
    @CheckReturnValue
    public static CompletionStage<Boolean> renew(Scope scope, TokenVerifier tokens, @Nullable String token) {
        return connection("renew", scope).renewal().renew(text -> Tokens.verify(tokens, Optional.of(text)), token);
    }

    /**
     * Makes the user of this connection anonymous. With {@link Authenticator#session} in the middleware, the client's session is
     * also cleared and deleted immediately, even if no user is logged in. Then the session's other open WebSockets and streamed
     * responses end in every process, with close code 4401; see {@link AuthMiddleware.Builder#keepConnectionsOnLogout}.
     * This connection and the connections of the user's other sessions stay open. {@link #logoutEverywhere} ends them.
     *
     * @param scope the connection
     * @return a stage that completes when the session has been deleted. It may complete before other connections have
     *     ended. A failure to end them is logged as a warning.
     * @throws ChannelsException if there is no {@link AuthMiddleware} in front
     */
    @CheckReturnValue
    public static CompletionStage<Void> logout(Scope scope) {
        return connection("logout", scope).logout(scope);
    }

    /**
     * Ends all sessions and all open connections of a user in every process. Call it for a "log out on all devices"
     * button, after a password change, and when an account is blocked.
     *
     * {@snippet class="io.channels4j.guards.AuthSnippets" region="everywhere"}
     *
     * <p>Tokens that the application has issued, such as those for {@link Authenticator#bearer}, must be revoked separately,
     * before this call. To keep the client that changed the password logged in, call {@link #login} on its connection afterwards.
     *
     * @param layer the layer that the connections' processes use
     * @param users the application's users, with an implementation of {@link UserStore#endSessions}
     * @param userId the user's id
     * @return a stage that completes when the sessions are invalid and the connections are closed. It completes
     *     exceptionally if either step failed; see {@link Connections#disconnectUser(ChannelLayer, String)}. It is safe
     *     to call the method again.
     */
    @CheckReturnValue
    public static CompletionStage<Void> logoutEverywhere(ChannelLayer layer, UserStore users, String userId) {
        return NullChecks.stage(users, "endSessions", users.endSessions(userId))
                .thenCompose(nothing -> Connections.disconnectUser(layer, userId));
    }

    private static ConnectionAuth connection(String attempted, Scope scope) {
        return scope.get(ConnectionAuth.KEY)
                .orElseThrow(() -> new ChannelsException(
                        "%s: not available in this scope (expected: AuthMiddleware in front)".formatted(attempted)));
    }
}
