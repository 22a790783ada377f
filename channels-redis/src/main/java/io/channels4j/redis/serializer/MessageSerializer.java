package io.channels4j.redis.serializer;

import io.channels4j.Message;

/**
 * Writes messages as bytes and reads them again. All processes of a layer use the same one.
 *
 * <p>Every message comes back equal to what was written, and a {@link io.channels4j.Broadcast} as a broadcast.
 * Encryption and the size limit are the layer's.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface MessageSerializer {

    /**
     * Writes a message.
     *
     * @param message the message
     * @return the bytes, which the caller may keep
     * @throws io.channels4j.ChannelsException when the message cannot be written; its sender is told, and nothing is
     * sent
     */
    byte[] serialize(Message message);

    /**
     * Reads a message.
     *
     * @param bytes what {@link #serialize} wrote, or what some other program did: it may be anything
     * @return the message
     * @throws io.channels4j.ChannelsException when it is none; the layer drops it, counts it and goes on
     */
    Message deserialize(byte[] bytes);
}
