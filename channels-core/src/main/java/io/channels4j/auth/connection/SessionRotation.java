package io.channels4j.auth.connection;

import io.channels4j.Message;

/**
 * The control message that reports the new id of a session. Connections that were opened under the old id can then be
 * found.
 *
 * @param before the old id
 * @param now the new id
 */
record SessionRotation(String before, String now) {

    private static final String TYPE = "channels.auth.session_rotated";
    private static final String BEFORE = "before";
    private static final String NOW = "now";

    static boolean isRotation(Message message) {
        return message.type().equals(TYPE);
    }

    static SessionRotation from(Message message) {
        return new SessionRotation(message.getString(BEFORE), message.getString(NOW));
    }

    Message toMessage() {
        return Message.of(TYPE).with(BEFORE, before).with(NOW, now);
    }
}
