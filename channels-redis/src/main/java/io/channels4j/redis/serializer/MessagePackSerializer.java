package io.channels4j.redis.serializer;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * MessagePack: a map with the keys {@code type} and {@code payload}. Payloads with numbers and bytes are shorter than in JSON.
 *
 * <p>Numbers keep all their digits. Numbers without an exact form as a 64-bit integer or a {@code double} are written as text in the
 * extension type 1. Other MessagePack readers do not interpret this type as a number. Map keys that are not strings are read as strings.
 * Immutable.
 *
 * @see <a href="https://github.com/msgpack/msgpack/blob/master/spec.md">MessagePack specification</a>
 */
public final class MessagePackSerializer implements MessageSerializer {

    private static final MessagePackSerializer INSTANCE = new MessagePackSerializer();
    private static final String TYPE = "type";
    private static final String PAYLOAD = "payload";
    private static final String LATEST = "latest";
    private static final String EPHEMERAL = "ephemeral";

    /** The maximum length of a key; see {@link Message#latest}. */
    private static final int MAX_KEY = 255;

    private static final String BROADCAST = Broadcast.text("").type();

    private MessagePackSerializer() {}

    /**
     * Returns the serializer.
     *
     * @return the serializer
     */
    public static MessagePackSerializer create() {
        return INSTANCE;
    }

    @Override
    public byte[] serialize(Message message) {
        MessagePackWriter writer = MessagePackWriter.exact();
        Optional<String> latest = message.latestKey();
        writer.mapHeader(2 + (latest.isPresent() ? 1 : 0) + (message.isEphemeral() ? 1 : 0));
        writer.string(TYPE);
        writer.string(message.type());
        writer.string(PAYLOAD);
        if (message instanceof Broadcast broadcast) {
            writeBroadcast(writer, broadcast);
        } else {
            writer.node(message.payload());
        }
        if (latest.isPresent()) {
            writer.string(LATEST);
            writer.string(latest.get());
        }
        if (message.isEphemeral()) {
            writer.string(EPHEMERAL);
            writer.node(BooleanNode.TRUE);
        }
        return writer.toByteArray();
    }

    private static void writeBroadcast(MessagePackWriter writer, Broadcast broadcast) {
        writer.mapHeader(1);
        if (broadcast.isText()) {
            writer.string("text");
            writer.utf8(broadcast.bytes());
        } else {
            writer.string("bytes");
            writer.binary(broadcast.bytes());
        }
    }

    @Override
    public Message deserialize(byte[] bytes) {
        JsonNode object = new MessagePackReader(bytes, JsonNodeFactory.instance).read();
        JsonNode type = object.path(TYPE);
        JsonNode payload = object.path(PAYLOAD);
        if (!type.isString() || type.stringValue().isEmpty() || payload.isMissingNode()) {
            throw new ChannelsException("message: MessagePack without type and payload");
        }
        return marked(
                BROADCAST.equals(type.stringValue()) ? broadcast(payload) : Message.of(type.stringValue(), payload),
                object);
    }

    /** Returns the message with the marks in an object. A mark of another form is ignored, because a later version may write it. */
    private static Message marked(Message message, JsonNode object) {
        String latest = object.path(LATEST).asString("");
        Message marked = latest.isEmpty() || latest.length() > MAX_KEY ? message : message.latest(latest);
        return object.path(EPHEMERAL).asBoolean(false) ? marked.ephemeral() : marked;
    }

    private static Message broadcast(JsonNode payload) {
        JsonNode text = payload.path("text");
        JsonNode bytes = payload.path("bytes");
        if (text.isString()) {
            return Broadcast.text(text.stringValue());
        }
        if (bytes.isBinary()) {
            return Broadcast.binary(bytes.binaryValue());
        }
        throw new ChannelsException("message %s: payload (expected: text or bytes)".formatted(BROADCAST));
    }

    @Override
    public String format() {
        return "msgpack";
    }
}
