package io.channels4j.redis.serializer;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.StandardJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The message format of Django Channels: one map with the type and the fields of the payload. A payload must be an object without a
 * {@code type} field. Immutable.
 *
 * <p>Python reads decimals as {@code float}, so {@link #messagePack()} rounds them to a {@code double}. In MessagePack, integers are
 * limited to 64 bits, as in Python's {@code msgpack}. To keep all digits, send a number as text.
 *
 * <p>Django has no broadcasts. By default, they are rejected. With {@link #broadcastsAs}, they are written as messages of a configured
 * type. The text is in the field {@code text}; bytes are in the field {@code bytes} and require MessagePack. Messages of that type are
 * read as broadcasts.
 *
 * <p>The marks {@link io.channels4j.Message#latest} and {@link io.channels4j.Message#ephemeral} have no counterpart in Django and are not
 * written. Members in the sending process still receive them if the layer delivers to these members directly.
 */
public final class DjangoSerializer implements MessageSerializer {

    private static final String TYPE = "type";
    private static final String TEXT = "text";
    private static final String BYTES = "bytes";

    private final boolean messagePack;
    private final @Nullable String broadcastType;

    private DjangoSerializer(boolean messagePack, @Nullable String broadcastType) {
        this.messagePack = messagePack;
        this.broadcastType = broadcastType;
    }

    /**
     * Returns a serializer for layers with {@code serializer_format="json"}.
     *
     * @return the serializer
     */
    public static DjangoSerializer json() {
        return new DjangoSerializer(false, null);
    }

    /**
     * Returns a serializer for layers with {@code serializer_format="msgpack"}, which is Django's default.
     *
     * @return the serializer
     */
    public static DjangoSerializer messagePack() {
        return new DjangoSerializer(true, null);
    }

    /**
     * Returns a copy that writes broadcasts as messages of the given type.
     *
     * @param type the type, such as {@code "broadcast.text"}
     * @return the serializer
     */
    public DjangoSerializer broadcastsAs(String type) {
        return new DjangoSerializer(messagePack, type);
    }

    @Override
    public byte[] serialize(Message message) {
        ObjectNode fields = message instanceof Broadcast broadcast ? fields(broadcast) : fields(message);
        if (messagePack) {
            MessagePackWriter writer = MessagePackWriter.portable();
            writer.node(fields);
            return writer.toByteArray();
        }
        return StandardJson.MAPPER.writeValueAsBytes(fields);
    }

    private ObjectNode fields(Broadcast broadcast) {
        if (broadcastType == null) {
            throw new ChannelsException(
                    "broadcast: not supported by Django (expected: broadcastsAs(type) on the serializer)");
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put(TYPE, broadcastType);
        if (broadcast.isText()) {
            return fields.put(TEXT, broadcast.payload().path(TEXT).stringValue());
        }
        if (!messagePack) {
            throw new ChannelsException("broadcast: bytes in JSON (expected: messagePack() on both sides)");
        }
        return fields.put(BYTES, broadcast.bytes());
    }

    private static ObjectNode fields(Message message) {
        JsonNode payload = message.payload();
        if (!(payload instanceof ObjectNode object) || object.has(TYPE)) {
            throw new ChannelsException(
                    "message %s: payload (expected: an object without a field \"type\")".formatted(message.type()));
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode().put(TYPE, message.type());
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            fields.set(field.getKey(), field.getValue());
        }
        return fields;
    }

    @Override
    public Message deserialize(byte[] bytes) {
        JsonNode read = messagePack ? new MessagePackReader(bytes, JsonNodeFactory.instance).read() : readJson(bytes);
        JsonNode type = read.path(TYPE);
        if (!(read instanceof ObjectNode object)
                || !type.isString()
                || type.stringValue().isEmpty()) {
            throw new ChannelsException("message: %d bytes without a type".formatted(bytes.length));
        }
        if (type.stringValue().equals(broadcastType) && object.path(TEXT).isString()) {
            return Broadcast.text(object.path(TEXT).stringValue());
        }
        if (type.stringValue().equals(broadcastType) && object.path(BYTES).isBinary()) {
            return Broadcast.binary(object.path(BYTES).binaryValue());
        }
        object.remove(TYPE);
        return Message.of(type.stringValue(), object);
    }

    private static JsonNode readJson(byte[] bytes) {
        try {
            return StandardJson.MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new ChannelsException("message: %d bytes that are not JSON".formatted(bytes.length), e);
        }
    }
}
