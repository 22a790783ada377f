package io.channels4j.redis.wire;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.MessageTooLargeException;
import io.channels4j.redis.serializer.MessageSerializer;
import java.util.regex.Pattern;

/**
 * The encoding of messages: a serializer, the encryption and a size limit. Immutable.
 *
 * @param serializer the message format
 * @param seal the encryption
 * @param maxBytes the maximum size of a serialized message before encryption
 */
public record MessageCodec(MessageSerializer serializer, Seal seal, int maxBytes) {

    private static final Pattern FORMAT = Pattern.compile("[A-Za-z0-9_-]{0,30}");

    /** Validates the limit and the name of the format. */
    public MessageCodec {
        if (!FORMAT.matcher(serializer.format()).matches()) {
            throw new IllegalArgumentException(
                    "serializer format: \"%s\" (expected: at most 30 ASCII letters, digits, _ and -)"
                            .formatted(serializer.format()));
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException(
                    "maximum message size: %d bytes (expected: 1 or more)".formatted(maxBytes));
        }
    }

    /** Returns the format of the envelopes that this process writes. */
    public WorkFormat format() {
        return WorkFormat.of(serializer, seal);
    }

    /**
     * Serializes a message without encrypting it.
     *
     * @throws MessageTooLargeException if it exceeds the limit
     * @throws ChannelsException if the serializer cannot write it
     */
    public byte[] write(Message message) {
        byte[] bytes;
        try {
            bytes = serializer.serialize(message);
        } catch (ChannelsException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new ChannelsException(
                    "message %s: the serializer cannot write it; nothing was sent".formatted(message.type()), e);
        }
        if (bytes.length > maxBytes) {
            throw new MessageTooLargeException(message.type(), bytes.length, maxBytes);
        }
        return bytes;
    }
}
