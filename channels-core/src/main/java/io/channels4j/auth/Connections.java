package io.channels4j.auth;

import io.channels4j.auth.connection.DisconnectMessage;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.websocket.CloseStatus;
import java.util.concurrent.CompletionStage;

/**
 * Ends the connections of a user in every process that shares a layer.
 *
 * <p>This ends long-lived connections: open WebSockets, and streamed HTTP responses such as server-sent events. It does not
 * prevent new ones: revoke the user's sessions and tokens first.
 */
public final class Connections {

    private static final CloseStatus DISCONNECTED = new CloseStatus(4401, "disconnected");

    private Connections() {}

    /**
     * Ends all of a user's connections behind {@link AuthMiddleware}, in every process, with close code 4401.
     *
     * @param layer the layer that the connections' processes use
     * @param userId the user's id
     * @return completes when the layer has accepted the message; the connections end soon afterwards
     */
    public static CompletionStage<Void> disconnectUser(ChannelLayer layer, String userId) {
        return disconnectUser(layer, userId, DISCONNECTED);
    }

    /**
     * Ends all of a user's connections behind {@link AuthMiddleware}, in every process.
     *
     * @param layer the layer that the connections' processes use
     * @param userId the user's id
     * @param status the status used to close WebSockets
     * @return completes when the layer has accepted the message; the connections end soon afterwards
     */
    public static CompletionStage<Void> disconnectUser(ChannelLayer layer, String userId, CloseStatus status) {
        if (userId.isEmpty()) {
            throw new IllegalArgumentException("user id: \"\" (expected: the id of an authenticated user)");
        }
        return layer.groupSend(DisconnectMessage.GROUP, new DisconnectMessage(userId, status).toMessage());
    }
}
