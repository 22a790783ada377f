package io.channels4j.control;

import io.channels4j.Message;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request to confirm a control message, carried in an additional field of the message. Processes that do not support confirmations
 * ignore the field.
 *
 * @param replyTo the address of the sender: its process, or a channel
 * @param id the number of the message, unique within the sender
 * @param round the number of times that the message was sent before
 */
public record ConfirmationRequest(String replyTo, long id, int round) {

    private static final String FIELD = "!confirm";
    private static final String REPLY_TO = "reply_to";
    private static final String ID = "id";
    private static final String ROUND = "round";

    /** Returns a copy of a message that carries this request. */
    public Message addTo(Message message) {
        return message.with(FIELD, Map.of(REPLY_TO, replyTo, ID, id, ROUND, round));
    }

    /** Returns the request in a message, or null if it has none. */
    public static @Nullable ConfirmationRequest from(Message message) {
        if (!message.has(FIELD)) {
            return null;
        }
        Message fields = Message.of(message.type(), message.payload().get(FIELD));
        return new ConfirmationRequest(fields.getString(REPLY_TO), fields.getLong(ID), fields.getInt(ROUND));
    }

    /** Returns a message without its request. */
    public static Message removeFrom(Message message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        message.payload().properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        fields.remove(FIELD);
        return Message.of(message.type(), fields);
    }

    /** Returns the reply to this request. A null failure means that the process has handled the message. */
    public Message reply(String by, @Nullable Throwable failure) {
        return new ConfirmationReply(id, round, by, failure == null ? null : ConfirmationReply.text(failure))
                .toMessage();
    }
}
