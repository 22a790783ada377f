package io.channels4j;

import io.channels4j.internal.LatestKey;
import io.channels4j.internal.StandardJson;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The JSON of messages: an object with {@code type} and {@code payload}. The marks of a message, {@code latest} and {@code ephemeral}, are
 * present only if they are set. Other fields are ignored.
 */
final class MessageJson {

    private static final JsonMapper MAPPER = StandardJson.MAPPER;
    private static final String TYPE = "type";
    private static final String PAYLOAD = "payload";
    private static final String LATEST = "latest";
    private static final String EPHEMERAL = "ephemeral";

    private MessageJson() {}

    static byte[] write(Message message) {
        ObjectNode object = MAPPER.createObjectNode();
        object.put(TYPE, message.type());
        object.set(PAYLOAD, message.payload());
        message.latestKey().ifPresent(key -> object.put(LATEST, key));
        if (message.isEphemeral()) {
            object.put(EPHEMERAL, true);
        }
        try {
            return MAPPER.writeValueAsBytes(object);
        } catch (JacksonException | StackOverflowError e) {
            throw new ChannelsException("message %s: payload cannot be written as JSON".formatted(message.type()), e);
        }
    }

    static Message read(byte[] utf8) {
        try {
            JsonNode object = MAPPER.readTree(utf8);
            JsonNode type = object.path(TYPE);
            JsonNode payload = object.path(PAYLOAD);
            if (type.isString() && !type.stringValue().isEmpty() && !payload.isMissingNode()) {
                return marked(message(type.stringValue(), payload), object);
            }
        } catch (JacksonException e) {
            throw new ChannelsException("message: %d bytes that are not JSON".formatted(utf8.length), e);
        }
        throw new ChannelsException("message: JSON without type and payload");
    }

    private static Message message(String type, JsonNode payload) {
        return Broadcast.TYPE.equals(type) ? Broadcast.fromPayload(payload) : new Message(type, payload);
    }

    /** Returns the message with the marks in an object. A mark in another form is ignored, because a later version may write it. */
    private static Message marked(Message message, JsonNode object) {
        JsonNode latest = object.path(LATEST);
        boolean isEphemeral = object.path(EPHEMERAL).asBoolean(false);
        boolean hasKey = latest.isString() && Message.isKey(latest.stringValue());
        return hasKey || isEphemeral
                ? message.marked(hasKey ? new LatestKey("", latest.stringValue()) : null, isEphemeral)
                : message;
    }

    /**
     * Returns true if two payloads have the same JSON text. A number in a record is then equal to the same number received from another
     * process.
     */
    static boolean areEqual(JsonNode one, JsonNode other) {
        return parsed(one).equals(MessageJson::compare, parsed(other));
    }

    private static JsonNode parsed(JsonNode payload) {
        return MAPPER.readTree(MAPPER.writeValueAsBytes(payload));
    }

    /**
     * Returns 0 if two JSON values are equal. Decimals are compared by value, because serializers may write the same
     * number as 1E16 or 1.0E16.
     */
    private static int compare(JsonNode one, JsonNode other) {
        boolean equal = one.isFloatingPointNumber() && other.isFloatingPointNumber()
                ? one.decimalValue().compareTo(other.decimalValue()) == 0
                : one.equals(other);
        return equal ? 0 : 1;
    }
}
