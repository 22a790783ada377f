package io.channels4j.control;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a {@link ConfirmationRequest}.
 *
 * @param id the number of the message
 * @param round the round of the message
 * @param by the process or channel that has handled the message
 * @param failure why it could not be handled, or null
 */
public record ConfirmationReply(
        long id, int round, String by, @Nullable String failure) {

    private static final String TYPE = "channels.control.confirmed";

    static String text(Throwable failure) {
        Throwable cause = Stages.unwrap(failure);
        String text = cause.getMessage();
        return text == null ? cause.toString() : text;
    }

    Message toMessage() {
        Message reply = Message.of(TYPE).with("id", id).with("round", round).with("by", by);
        return failure == null ? reply : reply.with("failure", failure);
    }

    /** Returns true if a message is a reply. */
    public static boolean isReply(Message message) {
        return message.type().equals(TYPE);
    }

    /** Parses a message. */
    public static ConfirmationReply from(Message message) {
        return new ConfirmationReply(
                message.getLong("id"),
                message.getInt("round"),
                message.getString("by"),
                message.has("failure") ? message.getString("failure") : null);
    }
}
