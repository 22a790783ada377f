package io.channels4j.redis.serializer;

import io.channels4j.Message;

/**
 * Converts messages to bytes and back. All processes of a layer must use the same serializer.
 *
 * <p>Deserializing the bytes of a message must return an equal message. The bytes of a broadcast must result in a
 * {@link io.channels4j.Broadcast}. Write {@link io.channels4j.Message#latestKey()} and {@link io.channels4j.Message#isEphemeral()}, too;
 * otherwise, other processes ignore these marks. The layer encrypts the bytes, if it is configured to, and limits their size.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface MessageSerializer {

    /**
     * Writes a message.
     *
     * @param message the message
     * @return the bytes, owned by the caller
     * @throws io.channels4j.ChannelsException if the message cannot be written. The send then fails.
     */
    byte[] serialize(Message message);

    /**
     * Reads a message.
     *
     * @param bytes untrusted bytes, usually written by {@link #serialize}
     * @return the message
     * @throws io.channels4j.ChannelsException if the bytes are not a message. The layer then counts and drops a malformed message. In a
     *     work queue, the message becomes a dead letter if the layer has dead letters.
     */
    Message deserialize(byte[] bytes);

    /**
     * Returns the name of the format. It is stored with work. A process with another serializer can thus leave the work to other
     * processes. The names of this library are {@code json} and {@code msgpack}.
     *
     * @return at most 30 ASCII letters, digits, {@code _} and {@code -}. Empty by default; any process then attempts to read the work
     */
    default String format() {
        return "";
    }
}
