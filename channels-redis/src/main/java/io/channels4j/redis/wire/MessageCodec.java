package io.channels4j.redis.wire;

import io.channels4j.Message;
import io.channels4j.layer.MessageTooLargeException;
import io.channels4j.redis.serializer.MessageSerializer;

/**
 * Messages as bytes: written by a serializer, held to a limit, sealed. Immutable.
 *
 * @param serializer writes and reads
 * @param seal seals and opens
 * @param mostBytes how many bytes a message may have when it is written, before it is sealed
 */
public record MessageCodec(MessageSerializer serializer, Seal seal, int mostBytes) {

    /** Checks the limit. */
    public MessageCodec {
        if (mostBytes < 1) {
            throw new IllegalArgumentException("largest message: %d bytes (expected: 1 or more)".formatted(mostBytes));
        }
    }

    /**
     * Returns a message as bytes that are not sealed.
     *
     * @throws MessageTooLargeException when there are more than the limit
     */
    public byte[] write(Message message) {
        byte[] bytes = serializer.serialize(message);
        if (bytes.length > mostBytes) {
            throw new MessageTooLargeException(message.type(), bytes.length, mostBytes);
        }
        return bytes;
    }

    /** Returns a message as sealed bytes. */
    public byte[] encode(Message message) {
        return seal.seal(write(message));
    }

    /** Returns the message of sealed bytes. */
    public Message decode(byte[] sealed) {
        return serializer.deserialize(seal.open(sealed));
    }
}
