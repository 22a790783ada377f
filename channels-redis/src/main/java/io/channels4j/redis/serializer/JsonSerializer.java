package io.channels4j.redis.serializer;

import io.channels4j.Message;

/**
 * JSON in UTF-8, as written by {@link Message#toJson()}. The default format of the layers. Immutable.
 */
public final class JsonSerializer implements MessageSerializer {

    private static final JsonSerializer INSTANCE = new JsonSerializer();

    private JsonSerializer() {}

    /**
     * Returns the serializer.
     *
     * @return the serializer
     */
    public static JsonSerializer create() {
        return INSTANCE;
    }

    @Override
    public byte[] serialize(Message message) {
        return message.toJson();
    }

    @Override
    public Message deserialize(byte[] bytes) {
        return Message.fromJson(bytes);
    }

    @Override
    public String format() {
        return "json";
    }
}
