package io.channels4j.redis.serializer;

import io.channels4j.Message;

/**
 * Converts messages to bytes and back. All processes of a layer use the same serializer.
 *
 * <p>A message that was read is equal to the one that was written; a {@link io.channels4j.Broadcast} is read as a broadcast.
 * The layer encrypts the bytes and limits their size.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface MessageSerializer {

    /**
     * Writes a message.
     *
     * @param message the message
     * @return the bytes, owned by the caller
     * @throws io.channels4j.ChannelsException if the message cannot be written; the send fails
     */
    byte[] serialize(Message message);

    /**
     * Reads a message.
     *
     * @param bytes untrusted bytes, usually written by {@link #serialize}
     * @return the message
     * @throws io.channels4j.ChannelsException if the bytes are not a message; the layer drops and counts it
     */
    Message deserialize(byte[] bytes);
}
