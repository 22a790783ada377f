package io.channels4j.auth.connection;

import io.channels4j.Message;
import io.channels4j.websocket.CloseStatus;

/**
 * The layer message that ends the connections of a user in every process.
 *
 * @param userId the user's id
 * @param status the status used to close WebSockets
 */
public record DisconnectMessage(String userId, CloseStatus status) {

    /** The group of the processes that have connections of authenticated users. */
    public static final String GROUP = "channels.auth";

    static final String TYPE = "channels.auth.disconnect";

    private static final String USER_ID = "user_id";
    private static final String CODE = "code";
    private static final String REASON = "reason";

    /** Reads a message of {@link #TYPE}. */
    static DisconnectMessage from(Message message) {
        CloseStatus status = new CloseStatus(message.getInt(CODE), message.getString(REASON));
        return new DisconnectMessage(message.getString(USER_ID), status);
    }

    /** Returns this object as a message for the layer. */
    public Message toMessage() {
        return Message.of(TYPE).with(USER_ID, userId).with(CODE, status.code()).with(REASON, status.reason());
    }
}
