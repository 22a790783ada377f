package io.channels4j.auth;

import io.channels4j.CheckReturnValue;
import io.channels4j.Scope;
import io.channels4j.auth.connection.DisconnectMessage;
import io.channels4j.auth.connection.DisconnectMessage.Target;
import io.channels4j.auth.connection.LocalConnections;
import io.channels4j.engine.LayerControl;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.websocket.CloseStatus;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Ends the connections of a user or of a session in every process that shares a layer, and lists those of this process.
 *
 * <p>Only long-lived connections are ended: open WebSockets and streamed HTTP responses, such as server-sent events. New
 * connections are not prevented, so revoke the user's sessions and tokens first.
 *
 * <p>Application messages cannot cause a revocation to be dropped (guarantee P8). The stage fails if a revocation
 * cannot be sent. For example, the queue reserved for such messages may be full. Each process that receives a
 * revocation confirms it after its connections are closed. A process that was disconnected from the layer authenticates
 * its open connections again after it has reconnected.
 *
 * <p><b>Failure.</b> The stages fail with {@link io.channels4j.layer.LayerUnavailableException} if a process does not
 * confirm within 10 seconds. With {@code RedisChannelLayer}, the time-out is the lease plus 10 seconds. The exception's
 * message contains the number of processes that confirmed and the number that received the revocation. A process that
 * dies meanwhile is not waited for. Processes that run a version of the library without confirmations close their
 * connections, but count as unconfirmed. It is safe to call a method again.
 */
public final class Connections {

    private static final CloseStatus DISCONNECTED = new CloseStatus(4401, "disconnected");

    private Connections() {}

    /**
     * Ends all of a user's connections behind {@link AuthMiddleware}, in every process, with close code 4401.
     *
     * @param layer the layer that the processes share
     * @param userId the user's id
     * @return a stage as returned by {@link #disconnectUser(ChannelLayer, String, CloseStatus)}
     */
    @CheckReturnValue
    public static CompletionStage<Void> disconnectUser(ChannelLayer layer, String userId) {
        return disconnectUser(layer, userId, DISCONNECTED);
    }

    /**
     * Ends all of a user's connections behind {@link AuthMiddleware}, in every process.
     *
     * @param layer the layer that the processes share
     * @param userId the user's id
     * @param status the status used to close WebSockets
     * @return a stage that completes when the connections are closed in all processes. It completes exceptionally if a
     *     connection could not be closed, or a process did not confirm before the time-out.
     */
    @CheckReturnValue
    public static CompletionStage<Void> disconnectUser(ChannelLayer layer, String userId, CloseStatus status) {
        if (userId.isEmpty()) {
            throw new IllegalArgumentException("user id: \"\" (expected: the id of an authenticated user)");
        }
        return disconnect(layer, new DisconnectMessage(Target.USER, userId, status));
    }

    /**
     * Ends all connections of a session behind {@link AuthMiddleware}, in every process, with close code 4401.
     * Connections without a user are also ended.
     *
     * @param layer the layer that the processes share
     * @param sessionId the session's {@link io.channels4j.Session#id() id}
     * @return a stage as returned by {@link #disconnectUser(ChannelLayer, String, CloseStatus)}
     */
    @CheckReturnValue
    public static CompletionStage<Void> disconnectSession(ChannelLayer layer, String sessionId) {
        return disconnectSession(layer, sessionId, DISCONNECTED);
    }

    /**
     * Ends all connections of a session behind {@link AuthMiddleware}, in every process.
     *
     * @param layer the layer that the processes share
     * @param sessionId the session's {@link io.channels4j.Session#id() id}
     * @param status the status used to close WebSockets
     * @return a stage as returned by {@link #disconnectUser(ChannelLayer, String, CloseStatus)}
     */
    @CheckReturnValue
    public static CompletionStage<Void> disconnectSession(ChannelLayer layer, String sessionId, CloseStatus status) {
        if (sessionId.isEmpty()) {
            throw new IllegalArgumentException("session id: \"\" (expected: the id of a session)");
        }
        return disconnect(layer, new DisconnectMessage(Target.SESSION, sessionId, status));
    }

    /**
     * Returns the open connections of a user behind {@link AuthMiddleware} in this process: WebSockets, and HTTP responses that are
     * being streamed. Other processes are not asked.
     *
     * {@snippet class="io.channels4j.guards.ConnectionSnippets" region="list"}
     *
     * @param layer the layer of the connections
     * @param userId the user's id
     * @return the scopes of the connections, such as for their {@link Scope#connectionId() ids} and {@link Scope#client()
     *     addresses}, in no particular order
     * @throws UnsupportedOperationException if the layer is not one of the library's and does not delegate to one
     */
    public static List<Scope> list(ChannelLayer layer, String userId) {
        return List.copyOf(LocalConnections.scopes(layer, userId));
    }

    /**
     * Returns the number of the connections that {@link #list} returns.
     *
     * @param layer the layer of the connections
     * @param userId the user's id
     * @return the number of open connections of the user in this process
     * @throws UnsupportedOperationException as for {@link #list}
     */
    public static int count(ChannelLayer layer, String userId) {
        return LocalConnections.scopes(layer, userId).size();
    }

    private static CompletionStage<Void> disconnect(ChannelLayer layer, DisconnectMessage revocation) {
        return LayerControl.of(layer).send(DisconnectMessage.TOPIC, revocation.toMessage());
    }
}
