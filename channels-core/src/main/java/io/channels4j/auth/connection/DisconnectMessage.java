package io.channels4j.auth.connection;

import io.channels4j.Message;
import io.channels4j.websocket.CloseStatus;

/**
 * The control message that ends the connections of a user or of a session in every process.
 *
 * @param target the kind of id
 * @param id the id of the user or session
 * @param status the status used to close WebSockets
 */
public record DisconnectMessage(Target target, String id, CloseStatus status) {

    /** The control topic of these messages. */
    public static final String TOPIC = "auth";

    private static final String TYPE = "channels.auth.disconnect";
    private static final String CODE = "code";
    private static final String REASON = "reason";

    /** The kinds of ids that select connections. */
    public enum Target {
        USER("user_id"),
        SESSION("session_id");

        private final String field;

        Target(String field) {
            this.field = field;
        }
    }

    /** Returns true if a control message is of this kind. */
    static boolean isDisconnect(Message message) {
        return message.type().equals(TYPE);
    }

    /** Parses a control message. */
    static DisconnectMessage from(Message message) {
        CloseStatus status = new CloseStatus(message.getInt(CODE), message.getString(REASON));
        Target target = message.payload().has(Target.SESSION.field) ? Target.SESSION : Target.USER;
        return new DisconnectMessage(target, message.getString(target.field), status);
    }

    /** Returns true if a connection is registered by the user or session. */
    boolean concerns(ConnectionAuth connection) {
        return target == Target.USER
                ? id.equals(connection.registeredUser())
                : connection.isRegisteredBySession() && connection.session().contain(id);
    }

    /** Returns the number of characters of the texts. */
    int length() {
        return id.length() + status.reason().length();
    }

    /** Converts this object to a control message. */
    public Message toMessage() {
        return Message.of(TYPE).with(target.field, id).with(CODE, status.code()).with(REASON, status.reason());
    }
}
