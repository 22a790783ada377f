package io.channels4j.auth;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.websocket.CloseStatus;
import java.util.concurrent.CompletionStage;

/**
 * Reaches the connections of a user, in every process that shares a layer.
 *
 * <p>It ends what lasts: open WebSockets, and streamed HTTP responses such as server-sent events. Who may connect again is for the
 * application to say: end the user's sessions and tokens first.
 */
public final class Connections {

    static final String GROUP = "channels.auth";
    static final String TYPE = "channels.auth.disconnect";
    static final String USER_ID = "user_id";
    static final String CODE = "code";
    static final String REASON = "reason";

    private static final CloseStatus DISCONNECTED = new CloseStatus(4401, "disconnected");

    private Connections() {}

    /**
     * Ends all connections of a user behind {@link AuthMiddleware} with close code 4401, in every process.
     *
     * @param layer the layer that the connections' processes use
     * @param userId the user's id
     * @return completes when the layer has the message; the connections end soon after it
     */
    public static CompletionStage<Void> disconnectUser(ChannelLayer layer, String userId) {
        return disconnectUser(layer, userId, DISCONNECTED);
    }

    /**
     * Ends all connections of a user behind {@link AuthMiddleware}, in every process.
     *
     * @param layer the layer that the connections' processes use
     * @param userId the user's id
     * @param status the status with which WebSockets are closed
     * @return completes when the layer has the message; the connections end soon after it
     */
    public static CompletionStage<Void> disconnectUser(ChannelLayer layer, String userId, CloseStatus status) {
        if (userId.isEmpty()) {
            throw new IllegalArgumentException("user id: \"\" (expected: the id of an authenticated user)");
        }
        Message message =
                Message.of(TYPE).with(USER_ID, userId).with(CODE, status.code()).with(REASON, status.reason());
        return layer.groupSend(GROUP, message);
    }
}
