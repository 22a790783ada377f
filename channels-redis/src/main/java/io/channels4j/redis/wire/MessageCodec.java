package io.channels4j.redis.wire;

import io.channels4j.Message;
import io.channels4j.layer.MessageTooLargeException;
import io.channels4j.redis.serializer.MessageSerializer;

/**
 * Converts messages to encrypted bytes and back, within a size limit. Immutable.
 *
 * @param serializer the message format
 * @param seal the encryption
 * @param maxBytes the maximum size of a serialized message before encryption
 */
public record MessageCodec(MessageSerializer serializer, Seal seal, int maxBytes) {

    /** Validates the limit. */
    public MessageCodec {
        if (maxBytes < 1) {
            throw new IllegalArgumentException(
                    "maximum message size: %d bytes (expected: 1 or more)".formatted(maxBytes));
        }
    }

    /**
     * Serializes a message without encrypting it.
     *
     * @throws MessageTooLargeException if it exceeds the limit
     */
    public byte[] write(Message message) {
        byte[] bytes = serializer.serialize(message);
        if (bytes.length > maxBytes) {
            throw new MessageTooLargeException(message.type(), bytes.length, maxBytes);
        }
        return bytes;
    }
}
